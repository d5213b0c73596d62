import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../support/program.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A folder in which the packages of the repository are found. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-grpc-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The address of a TCP server that listens is an object.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startServer(file: string): Promise<ChildProcess> {
  const server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill());
  await once(server.stdout, 'data');
  return server;
}

test('the example of docs/grpc.md runs as it is written, and says what the page says', async () => {
  const page = await readFile(join(root, 'docs/grpc.md'), 'utf8');
  const blocks = [...page.matchAll(/```(?:js|yaml)\n(.*?)```/gs)].map(([, text = '']) => text);
  const [settings = '', serverText = '', clientText = ''] = blocks;
  const folder = await newFolder();
  const port = String(await freePort());
  const server = join(folder, 'server.mjs');
  const client = join(folder, 'client.mjs');
  const program = await startProgram({
    settings: `listen: 127.0.0.1:0\nops: 127.0.0.1:0\nstore: memory\n${settings.replace('50051', port)}`,
  });
  await writeFile(server, serverText.replace('50051', port));
  await writeFile(client, clientText.replace('127.0.0.1:8080', new URL(program.url).host));
  const call = async () => (await run(process.execPath, [client])).stdout;

  const serving = await startServer(server);
  expect(await call()).toBe('Hello,\nworld\n');

  serving.kill();
  await once(serving, 'exit');
  expect(await call()).toMatch(/^status 14: .*Nothing was sent.*\ncome back in \d{4,} ms\n$/);
});
