import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, runCommand, startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

/** A file of its own folder, gone when the test is over. */
async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-e2e-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'candor.yaml');
  await writeFile(file, text);
  return file;
}

/** A port that something else has. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const BAD = `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams:
  app: { endpoints: [http://127.0.0.1:1], hold: 2x }
routes:
  - { path: /, upstream: aap }
limitz: { connections: 10 }
`;
const PLACES = [
  /:4:\d+: upstreams\.app\.hold: /,
  /:6:\d+: routes\[0\]\.upstream: /,
  /:7:1: limitz: /,
];

test.concurrent.for([
  { args: ['--help'] },
  { args: ['help'] },
  { args: ['run', '--help'] },
  { args: ['check', '--help'] },
  { args: ['schema', '--help'] },
  { args: ['notify', '--help'] },
])('$args prints the usage on standard output and exits with 0', async ({ args }) => {
  const { code, stdout, stderr } = await runCommand(...args);
  expect(stdout).toMatch(/^candor.*\n\nUsage: candor /);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.concurrent.for([
  { args: ['serve'], says: 'there is no command "serve"' },
  { args: ['toString'], says: 'there is no command "toString"' },
  { args: ['run', '--colour'], says: '--colour' },
  { args: ['--colour'], says: '--colour' },
  { args: ['run', 'candor.yaml'], says: 'candor.yaml' },
  { args: ['run', '--config'], says: '--config' },
  { args: ['run', '--config', 'a.yaml', '--listen', '127.0.0.1:0'], says: '--config FILE' },
  { args: ['run', '--log-level', 'loud'], says: '--log-level is one of' },
  { args: ['check'], says: 'one FILE is expected' },
  { args: ['schema', 'extra'], says: 'extra' },
])('$args is wrong use: exit code 2 and the usage on standard error', async ({ args, says }) => {
  const { code, stdout, stderr } = await runCommand(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).toContain('Usage: candor');
});

test('run refuses bad settings with exit code 2 and every problem with line and column', async () => {
  const file = await fileWith(BAD);
  const { code, stdout, stderr } = await runCommand('run', '--config', file);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  for (const place of PLACES) expect(stderr).toMatch(place);
  expect(stderr.trimEnd().split('\n')).toHaveLength(PLACES.length);
});

test('a settings file that is not there is exit code 2, and its name is told', async () => {
  const { code, stderr } = await runCommand('run', '--config', 'no-such-file.yaml');
  expect(code).toBe(2);
  expect(stderr).toContain('no-such-file.yaml');
});

test.concurrent.for([
  { flag: '--listen', value: 'nowhere' },
  { flag: '--ops', value: '0.0.0.0:9901' },
  { flag: '--upstream', value: 'ftp://127.0.0.1' },
])('$flag $value is refused with exit code 2', async ({ flag, value }) => {
  const upstream = flag === '--upstream' ? [] : ['--upstream', 'http://127.0.0.1:1'];
  const { code, stdout, stderr } = await runCommand('run', ...upstream, flag, value);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('expected');
});

test('a demo whose address is no address is refused with exit code 2', async () => {
  const { code, stderr } = await runCommand('run', '--listen', 'nowhere', '--ops', '127.0.0.1:0');
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere');
});

test('check exits with 2 for bad settings and lists them all, as text and as JSON', async () => {
  const file = await fileWith(BAD);
  const text = await runCommand('check', file);
  expect(text.code).toBe(2);
  for (const place of PLACES) expect(text.stdout).toMatch(place);

  const json = await runCommand('check', file, '--json');
  expect(json.code).toBe(2);
  const told = JSON.parse(json.stdout);
  expect(told).toMatchObject({ ok: false, summary: null });
  expect(told.problems.map(({ line }: { line: number }) => line)).toEqual([4, 6, 7]);
  for (const { column, found, expected } of told.problems) {
    expect(column).toBeGreaterThan(0);
    expect([typeof found, typeof expected]).toEqual(['string', 'string']);
  }
});

test('check exits with 0 for good settings, as text and as JSON', async () => {
  const file = await fileWith('upstreams: { app: { endpoints: [http://127.0.0.1:1] } }\n');
  const text = await runCommand('check', file);
  expect(text).toMatchObject({ code: 0, stderr: '' });
  const json = await runCommand('check', '--json', file);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: true,
    problems: [],
    summary: { upstreams: 1, routes: 1 },
  });
});

test('schema prints a JSON Schema and exits with 0', async () => {
  const { code, stdout } = await runCommand('schema');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { upstreams: {} } });
});

test('candor --config FILE is candor run --config FILE', async () => {
  const { url } = await startUpstream();
  const file = await fileWith(
    `listen: 127.0.0.1:0\nops: 127.0.0.1:0\nupstreams: { app: { endpoints: ["${url}"] } }\n`,
  );
  const program = await startProgram({ args: ['--config', file] });
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });
});

test.for(['listen', 'ops'] as const)(
  'a %s address that is taken is exit code 1 and one clear line',
  async (which) => {
    const port = await takenPort();
    const other = which === 'listen' ? 'ops' : 'listen';
    const { code, stderr } = await runCommand(
      ...['run', '--upstream', 'http://127.0.0.1:1', `--${which}`, `127.0.0.1:${port}`],
      ...[`--${other}`, '127.0.0.1:0'],
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).toContain('EADDRINUSE');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  },
);

test('an upstream whose name does not resolve is no reason not to start, and is answered honestly', async () => {
  const program = await startProgram({
    args: [
      '--upstream',
      'http://app.invalid:3000',
      '--listen',
      '127.0.0.1:0',
      '--ops',
      '127.0.0.1:0',
    ],
  });
  const first = await ask(program.url, { headers: { accept: 'application/json' } });
  expect(first.status).toBe(503);
  expect(JSON.parse(first.text).outage).toMatchObject({
    reason: 'outage',
    disposition: 'not_processed',
    retrySafe: true,
  });
  expect(first.headers['proxy-status']).toBe('candor; error=dns_error');

  const app = await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    const [upstream] = JSON.parse(text).upstreams;
    return upstream.verdict === 'down' ? upstream : undefined;
  });
  expect(app.cause).toBe('dns_error');
  const later = await ask(program.url);
  expect(later).toMatchObject({ status: 503 });
  expect(later.text).not.toContain('app.invalid');
});

test('in front of an application that is not there yet, the program starts and then serves it', async () => {
  const upstream = await startUpstream();
  await upstream.refuse();
  const program = await openProgram({
    args: ['--upstream', upstream.url, '--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'],
  });
  onTestFinished(() => program[Symbol.asyncDispose]());
  expect((await ask(program.url)).status).toBe(503);
  await upstream.accept();
  await eventually(async () => ((await ask(program.url)).status === 200 ? true : undefined));
});
