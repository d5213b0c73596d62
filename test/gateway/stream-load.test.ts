import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startUpstream } from '../support/upstream.ts';

const PROGRAM = fileURLToPath(new URL('./stream-process.ts', import.meta.url));
const PAGES = 1_000;
const MIB = 1_048_576;

/** A page that listens. */
interface WaitingPage {
  readonly socket: Socket;
  readonly isTold: boolean;
  /** In how many milliseconds it was told to reload; null while it was not. */
  readonly reloadAfterMs: number | null;
}

async function startProcess(endpoint: string): Promise<{ child: ChildProcess; url: string }> {
  const settings = {
    listen: '127.0.0.1:0',
    ops: '127.0.0.1:0',
    store: 'memory',
    brand: { name: 'ChargeOver' },
    upstreams: { app: { endpoints: [endpoint], probe: { every: '200ms' } } },
  };
  const child = fork(PROGRAM, [JSON.stringify(settings)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await once(child, 'message');
  return { child, url: String(url) };
}

async function memoryOf(child: ChildProcess): Promise<NodeJS.MemoryUsage> {
  child.send('memory');
  const [usage] = await once(child, 'message');
  return usage;
}

/** Opens a stream as a browser would, and follows what it says. */
async function openPage(port: number): Promise<WaitingPage> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let isTold = false;
  let reloadAfterMs: number | null = null;
  socket.setEncoding('latin1').on('data', (text: string) => {
    isTold ||= text.includes('data: ');
    const told = /"reloadAfterMs":(\d+)/.exec(text);
    if (told !== null) reloadAfterMs ??= Number(told[1]);
  });
  socket.write(
    'GET /_candor/events?upstream=app&lang=en HTTP/1.1\r\nHost: app.example.com\r\n' +
      'Accept: text/event-stream\r\nAccept-Language: en-US,en;q=0.9\r\nCache-Control: no-cache\r\n' +
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36\r\n\r\n',
  );
  return {
    socket,
    get isTold() {
      return isTold;
    },
    get reloadAfterMs() {
      return reloadAfterMs;
    },
  };
}

/** On a machine that is busy with other tests. */
const LOADED = { timeout: 60_000 };
const PATIENT = { timeout: 20_000 };

test(
  '1,000 pages wait in under 60 MiB, and come back 5 a second, then 20, within 60 s',
  LOADED,
  async () => {
    const app = await startUpstream();
    await app.refuse();
    const { child, url } = await startProcess(app.url);
    const port = Number(new URL(url).port);
    const first = await openPage(port);
    await vi.waitFor(() => expect(first.isTold).toBe(true), PATIENT);
    first.socket.destroy();
    await vi.waitFor(async () => {
      const status = await fetch(`${url}/_candor/status.json`);
      expect(await status.text()).toContain('"verdict":"down"');
    }, PATIENT);

    const before = await memoryOf(child);
    const pages: WaitingPage[] = [];
    for (let count = 0; count < PAGES; count += 50) {
      pages.push(...(await Promise.all(Array.from({ length: 50 }, () => openPage(port)))));
    }
    await vi.waitFor(() => expect(pages.every(({ isTold }) => isTold)).toBe(true), PATIENT);
    const after = await memoryOf(child);
    expect(after.rss - before.rss).toBeLessThan(60 * MIB);

    await app.accept();
    await vi.waitFor(
      () => expect(pages.every((page) => page.reloadAfterMs !== null)).toBe(true),
      PATIENT,
    );
    const perSecond: number[] = Array(60).fill(0);
    for (const { reloadAfterMs } of pages) {
      const second = Math.floor((reloadAfterMs ?? 0) / 1000);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    const [none, ...slots] = perSecond;
    expect(none).toBe(0);
    expect(slots.slice(0, 10)).toEqual(Array(10).fill(5));
    expect(slots.slice(10, 57)).toEqual(Array(47).fill(20));
    expect(slots.slice(57)).toEqual([10, 0]);
  },
);
