import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from './support/eventually.ts';

const LOG = new URL('../src/log.ts', import.meta.url).href;

/** Runs a few lines of a program of its own, whose standard output is the log. */
async function run(program: string): Promise<string> {
  const source = `import { createLog } from ${JSON.stringify(LOG)};\n${program}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', source],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout;
}

const jsonLog = `const log = createLog({ level: 'info', pretty: false });`;

test('a line is JSON with the time, the name of its level, a constant message and its fields', async () => {
  const stdout = await run(
    `${jsonLog} log.debug('left out'); log.warn({ upstream: 'app' }, 'hm');`,
  );
  const line = JSON.parse(stdout);
  expect(line).toEqual({ level: 'warn', time: line.time, upstream: 'app', msg: 'hm' });
  expect(new Date(line.time).toISOString()).toBe(line.time);
});

test('what is private is not printed, were it handed in by mistake', async () => {
  const stdout = await run(`${jsonLog}
    const secret = 'hunter2';
    const err = Object.assign(new Error('failed', { cause: new TypeError('inner') }), {
      code: 'ECONNREFUSED', headers: { cookie: secret }, body: secret, request: { secret },
    });
    log.error({ headers: { secret }, cookie: secret, authorization: secret, body: secret,
      req: { secret }, token: secret, err }, 'slip');`);
  expect(stdout).not.toContain('hunter2');
  expect(JSON.parse(stdout)).toMatchObject({
    cookie: '[not logged]',
    err: { type: 'Error', code: 'ECONNREFUSED', cause: { type: 'TypeError', message: 'inner' } },
  });
});

test('lines still in memory are written by flush, even where the process is ended at once', async () => {
  const stdout = await run(`${jsonLog}
    process.on('SIGTERM', () => { log.info('last'); void log.flush().then(() => process.exit(0)); });
    for (let line = 0; line < 20_000; line += 1) log.info({ line }, 'one of many');
    process.kill(process.pid, 'SIGTERM');
    setInterval(() => undefined, 1_000);`);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(20_001);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ msg: 'last' });
});

test('a program that ends without flush has its last lines written all the same', async () => {
  const stdout = await run(`${jsonLog} log.error('the last word'); process.exit(1);`).catch(
    (error: { stdout: string }) => error.stdout,
  );
  expect(JSON.parse(stdout)).toMatchObject({ msg: 'the last word' });
});

/** Starts the few lines, and leaves their standard output to the test. */
function start(program: string) {
  const source = `import { createLog } from ${JSON.stringify(LOG)};\n${jsonLog}\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a reader that is gone ends the log and nothing else, and flush comes back', async () => {
  const child = start(`
    process.stdin.once('data', async () => {
      for (let line = 0; line < 1_000; line += 1) { log.info({ line }, 'unread'); await null; }
      await log.flush();
      log.info('unread as well');
      await log.flush();
      process.exit(7);
    });`);
  child.stdout.destroy();
  child.stdin.write('go');
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test('a reader that reads nothing blocks no timer, costs lines and not memory', async () => {
  const child = start(`
    const field = 'x'.repeat(64 * 1024);
    for (let line = 0; line < 1_000; line += 1) log.info({ field }, 'unread');
    setTimeout(() => process.stderr.write('ticking'), 1);
    process.stdin.once('data', () => void log.flush().then(() => process.exit(0)));`);
  await once(child.stderr, 'data');
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stdin.write('stop');
  await once(child, 'close');
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeLessThan(300);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    msg: 'log lines dropped',
    dropped: 1_000 - (lines.length - 1),
  });
});

test('a pipe that is full and never read does not keep the program from ending', async () => {
  const child = start(`
    process.stdout.isTTY; // What looks at it, as the program does, has the pipe not block.
    log.info({ field: 'x'.repeat(2 ** 20) }, 'unread');
    process.stderr.write('written');
    process.stdin.once('data', () => void log.flush());
    process.stdin.once('end', () => undefined);`);
  await once(child.stderr, 'data');
  child.stdin.end('stop');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a file that cannot grow costs no line: what was not written goes on where it stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'log');
  const source = `import { createLog } from ${JSON.stringify(LOG)};\n${jsonLog}
    for (let line = 0; line < 100; line += 1) log.info({ line }, 'one of many');
    process.stdin.once('data', () => void log.flush()).once('end', () => undefined);`;
  // 8 blocks of 512 bytes: beyond them the disk is full for this process.
  const command = `ulimit -f 8; exec "${process.execPath}" --input-type=module --eval "$0" >>"${file}"`;
  const child = spawn('sh', ['-c', command, source], { stdio: ['pipe', 'inherit', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const read = () => readFile(file, 'utf8').catch(() => '');
  const first = await eventually(async () => ((await read()).length >= 4_096 ? read() : undefined));
  await truncate(file); // There is room again.
  const rest = await eventually(async () => ((await read()).includes('99,') ? read() : undefined));
  child.stdin.end('stop');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const lines = `${first}${rest}`.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).line)).toEqual([...Array(100).keys()]);
});

test('at a terminal the log is for people', async () => {
  const stdout = await run(`const log = createLog({ level: 'info', pretty: true });
    log.info({ upstream: 'app' }, 'verdict changed'); await log.flush();`);
  expect(stdout).toContain('INFO');
  expect(stdout).toContain('verdict changed');
  expect(stdout).toContain('upstream: ');
  expect(() => JSON.parse(stdout)).toThrow();
});

test('lines of a message that comes again differ by reference, and by trace where there is one', async () => {
  const stdout = await run(`${jsonLog}
    const say = log.repeated({ upstream: 'app' }, 'answered'); say('one', null); say('two', 'abc');`);
  const lines = stdout.trim().split('\n');
  const shared = { level: 'info', upstream: 'app', msg: 'answered', time: expect.any(String) };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...shared, reference: 'one' },
    { ...shared, reference: 'two', trace_id: 'abc' },
  ]);
});
