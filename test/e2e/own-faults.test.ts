import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type LogLine, openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

/** One program for all of this, with an upstream that serves and one that is not there: what ends it fails every test. */
let program: Program;
let app: TestUpstream;
let seen = 0;

beforeAll(async () => {
  app = await openUpstream('serve');
  program = await openProgram({
    settings: settings(),
    preload: new URL('./faults-within.ts', import.meta.url),
  });
  seen = program.lines.length;
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** Whatever was broken, requests are served, answers are given, and the process is the same one. */
afterEach(async () => {
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });
  const { status, headers } = await ask(`${program.url}/gone`);
  expect([status, headers['candor-disposition']]).toEqual([
    503,
    expect.stringContaining('reason=outage'),
  ]);
  expect(program.isRunning).toBe(true);
  expect(program.errorOutput).toBe('');
  seen = program.lines.length;
});

function settings(more = ''): string {
  return `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams:
  app: { endpoints: ["${app.url}"] }
  gone: { endpoints: ["http://127.0.0.1:9"] }
routes: [{ path: /gone, upstream: gone }, { upstream: app }]
limits: { drain: 100ms }
store: ./candor.sqlite
${more}`;
}

/** The lines of one message since the last test. */
function since(msg: string): LogLine[] {
  return program.lines.slice(seen).filter((line) => line.msg === msg);
}

test('SIGHUP that comes while the program starts is obeyed once it has started', async () => {
  await program.logged('settings reloaded');
});

test('an exception that nobody has caught costs one line of the log', async () => {
  program.send('exception');
  const { err, level } = await program.logged('unexpected error', seen);
  expect(level).toBe('error');
  expect(err).toMatchObject({ type: 'TypeError', message: 'nobody catches this' });
});

test('a promise that nobody waits for costs one line of the log when it is rejected', async () => {
  program.send('rejection');
  const { origin, err } = await program.logged('unexpected error', seen);
  expect(origin).toBe('unhandledRejection');
  expect(err).toMatchObject({ message: 'nobody waits for this' });
});

test('a thousand exceptions at once cost a few lines, and the next one says how many had none', async () => {
  program.send('storm');
  await program.logged('unexpected error', seen);
  const left = await eventually(async () => {
    program.send('exception');
    return since('unexpected error').find((line) => line.left_out !== undefined);
  });
  expect(since('unexpected error').length).toBeLessThan(50);
  expect(left.left_out).toBeGreaterThan(900);
});

test('a warning of the runtime is a line of the log, and nothing on standard error', async () => {
  program.send('warning');
  const { err, level } = await program.logged('warning of the runtime', seen);
  expect(level).toBe('warn');
  expect(err).toMatchObject({ type: 'TestWarning', message: 'so it goes' });
});

test.for(['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGIO', 'SIGPWR'] as const)(
  '%s is a line of the log, and neither the end nor a debugger',
  async (signal) => {
    program.signal(signal);
    expect(await program.logged('signal ignored', seen)).toMatchObject({ signal });
  },
);

test.for(['SIGPIPE', 'SIGXFSZ'] as const)('%s is not noticed', (signal) => {
  program.signal(signal);
});
