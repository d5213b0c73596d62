import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nameServers } from '../../src/upstream/name-servers.ts';
import { startDns, type TestDns } from '../support/dns-server.ts';

const never = new AbortController().signal;
const NAME = 'tasks.app';
const FOUND = { isName: true, records: [{ address: '10.0.1.3', freshMs: 600_000 }] };
const MODULE = new URL('../../src/upstream/name-servers.ts', import.meta.url).href;

/** A name server that knows one name. */
async function startKnowing(): Promise<TestDns> {
  const dns = await startDns();
  dns.set(NAME, ['10.0.1.3']);
  return dns;
}

function askAt(...servers: readonly { readonly address: string }[]) {
  const all = nameServers(servers.map(({ address }) => address));
  return all.addresses(NAME, 4, never);
}

/** Where nobody listens. */
async function deserted(): Promise<{ address: string }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return { address: `127.0.0.1:${port}` };
}

function changed(reply: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(reply);
  change(copy);
  return copy;
}

describe('a question by datagrams', () => {
  test('is asked again when the first datagram is lost', async () => {
    const dns = await startKnowing();
    dns.twist((reply, number) => (number === 1 ? [] : [reply]));
    const startedAt = performance.now();
    expect(await askAt(dns)).toMatchObject(FOUND);
    expect(dns.questions).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(700);
  });

  test('takes a late reply, and lets those that follow pass', async () => {
    const dns = await startKnowing();
    let held: Buffer;
    dns.twist((reply, number) => {
      if (number === 1) held = reply;
      return number === 1 ? [] : [held, reply, reply];
    });
    expect(await askAt(dns)).toMatchObject(FOUND);
    dns.set(NAME, ['10.0.1.4']);
    dns.twist((reply) => [reply]);
    expect(await askAt(dns)).toMatchObject({ records: [{ address: '10.0.1.4' }] });
  });

  test.for<[what: string, change: (copy: Buffer) => void]>([
    ['another id', (copy) => copy.writeUInt16BE(copy.readUInt16BE(0) ^ 0x5a5a, 0)],
    ['another question', (copy) => copy.write('other', 13)],
    ['another type', (copy) => copy.writeUInt16BE(28, 23)],
    ['no mark of a reply', (copy) => copy.writeUInt16BE(0x0100, 2)],
  ])('is not taken in by a reply with %s', async ([, change]) => {
    const dns = await startKnowing();
    const forged = (reply: Buffer) =>
      changed(reply, (copy) => {
        copy[copy.length - 1] = 99;
        change(copy);
      });
    dns.twist((reply) => [forged(reply), reply]);
    expect(await askAt(dns)).toMatchObject(FOUND);
  });

  test('goes on to the next server at once where nobody listens', async () => {
    const dns = await startKnowing();
    const startedAt = performance.now();
    expect(await askAt(await deserted(), dns)).toMatchObject(FOUND);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });

  test('goes on to the next server at once where one fails or refuses', async () => {
    const [failing, refusing, dns] = [await startDns(), await startDns(), await startKnowing()];
    failing.behave('servfail');
    refusing.behave('refused');
    const startedAt = performance.now();
    expect(await askAt(failing, refusing, dns)).toMatchObject(FOUND);
    expect(performance.now() - startedAt).toBeLessThan(150);
  });

  test('says that nobody listens, where that is all there is', async () => {
    expect(await askAt(await deserted())).toEqual({ code: 'ECONNREFUSED' });
  });

  test('believes a server that there is no such name, and asks no other', async () => {
    const [dns, other] = [await startDns(), await startKnowing()];
    expect(await askAt(dns, other)).toMatchObject({ records: [], isName: false });
    expect(other.questions).toBe(0);
  });

  test('is not given up while the process was too busy to hear the reply', async () => {
    const dns = await startKnowing();
    const asking = askAt(dns);
    const until = performance.now() + 1_500;
    while (performance.now() < until); // As a long collection of garbage does.
    expect(await asking).toMatchObject(FOUND);
  });

  test('two hundred at once bring two hundred answers, by one socket', async () => {
    const dns = await startDns();
    const names = Array.from({ length: 200 }, (_, index) => `app-${index}.test`);
    for (const name of names) dns.set(name, ['10.0.1.3', '::1']);
    const servers = nameServers([dns.address]);
    const replies = await Promise.all(
      names.flatMap((name) => [
        servers.addresses(name, 4, never),
        servers.addresses(name, 6, never),
      ]),
    );
    for (const reply of replies) expect(reply).toMatchObject({ records: [{}] });
    expect(dns.ports.size).toBe(1);
  });

  test('five hundred at once, of which one in five is lost, bring five hundred answers', async () => {
    const dns = await startKnowing();
    dns.twist((reply, number) => (number <= 500 && number % 5 === 0 ? [] : [reply]));
    const replies = await Promise.all(Array.from({ length: 500 }, () => askAt(dns)));
    for (const reply of replies) expect(reply).toMatchObject(FOUND);
  });

  test('five hundred at once end in time though nobody answers', async () => {
    const dns = await startDns();
    dns.behave('silent');
    const startedAt = performance.now();
    const replies = await Promise.all(Array.from({ length: 500 }, () => askAt(dns)));
    for (const reply of replies) expect(reply).toEqual({ code: 'ETIMEOUT' });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test('comes from another port after a failure, once the socket has had its time', async () => {
    const dns = await startKnowing();
    await askAt(dns);
    dns.behave('silent');
    await askAt(dns); // Takes a second.
    dns.behave('answer');
    expect(await askAt(dns)).toMatchObject(FOUND);
    expect(dns.ports.size).toBe(2);
  });

  test('writes an address as everybody writes it', async () => {
    const dns = await startDns();
    dns.set(NAME, ['0:0:1::']);
    const reply = await nameServers([dns.address]).addresses(NAME, 6, never);
    expect(reply).toMatchObject({ records: [{ address: '0:0:1::' }] });
  });

  test('a name that no packet holds is an answer or an error, never a throw', async () => {
    const dns = await startDns();
    const servers = nameServers([dns.address]);
    for (const name of ['a..b', `${'a'.repeat(64)}.test`, 'ä.test', '']) {
      expect(await servers.addresses(name, 4, never)).toBeTypeOf('object');
    }
  });

  test('holds no process open', async () => {
    const dns = await startKnowing();
    const script = `
      const { nameServers } = await import(${JSON.stringify(MODULE)});
      const stop = new AbortController().signal;
      const wait = setInterval(() => undefined, 1000);
      const reply = await nameServers([${JSON.stringify(dns.address)}]).addresses('${NAME}', 4, stop);
      clearInterval(wait);
      console.log(reply.records.length);
    `;
    const args = ['--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
    expect(stdout.trim()).toBe('1');
  });
});
