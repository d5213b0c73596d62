import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { candorCommand } from './peers/candor.ts';
import { accepting, freePort, type Processes, type Running } from './processes.ts';
import { OTHER_CORE, TESTED_CORE } from './stand.ts';
import { residentBytes } from './usage.ts';

/** Candor in front of an application that sends and reads as much as it is asked to. */
export interface LoneCandor {
  readonly running: Running;
  readonly port: number;
}

const ORIGIN = fileURLToPath(new URL('endless-origin.ts', import.meta.url));
const FIRST_REQUESTS = 100;
const EVERY_MS = 50;

/** Starts both, with lines of settings that differ from the defaults, and asks for a few replies, so that what any first request brings is there. */
export async function startLoneCandor(
  name: string,
  processes: Processes,
  settings: readonly string[] = [],
): Promise<LoneCandor> {
  const folder = join(processes.folder, name);
  mkdirSync(folder, { recursive: true });
  const [port, opsPort, originPort] = [await freePort(), await freePort(), await freePort()];
  const origin = { program: process.execPath, args: [ORIGIN, String(originPort)] };
  await accepting(processes.start(`${name}-origin`, origin, OTHER_CORE), originPort);
  const command = candorCommand({ folder, port, opsPort, originPort }, { settings });
  const running = processes.start(name, command, TESTED_CORE);
  await accepting(running, port);
  for (let count = 0; count < FIRST_REQUESTS; count += 1) {
    await download(port, 1024);
    await upload(port, 1024);
  }
  return { running, port };
}

/** The most memory that a process has while something is done, in bytes. */
export async function highestWhile(pid: number, work: Promise<unknown>): Promise<number> {
  const ended = new AbortController();
  const done = work.finally(() => ended.abort());
  let most = residentBytes(pid);
  while (!ended.signal.aborted) {
    await delay(EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // Ended by `work`.
    most = Math.max(most, residentBytes(pid));
  }
  await done;
  return most;
}

/** Reads a reply of so many bytes to its end. */
export async function download(port: number, bytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const asked = request({ host: '127.0.0.1', port, path: `/${bytes}`, agent: false });
  asked.once('error', reject);
  asked.once('response', (reply) => {
    let came = 0;
    reply.on('data', (chunk: Buffer) => {
      came += chunk.length;
    });
    reply.once('error', reject);
    reply.once('end', () => {
      if (reply.statusCode === 200 && came === bytes) resolve();
      else reject(new Error(`${reply.statusCode} with ${came} bytes of ${bytes}`));
    });
  });
  asked.end();
  await promise;
}

const PART = Buffer.alloc(64 * 1024, 'x');

/** Sends so many bytes, and waits for the reply. */
export async function upload(port: number, bytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { 'Content-Length': bytes };
  const options = { host: '127.0.0.1', port, path: '/', method: 'POST', headers, agent: false };
  const asked = request(options);
  asked.once('error', reject);
  asked.once('response', (reply) => {
    if (reply.statusCode === 200) reply.resume().once('end', resolve);
    else reject(new Error(`${reply.statusCode} to an upload`));
  });
  let left = bytes;
  const send = () => {
    while (left > 0) {
      const part = left < PART.length ? PART.subarray(0, left) : PART;
      left -= part.length;
      if (!asked.write(part)) return void asked.once('drain', send);
    }
    asked.end();
  };
  send();
  await promise;
}
