import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type CertificateFiles,
  certificateFilesIn,
  shakeHands,
} from '../gateway/certificate-files.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type LogLine, openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

/** One program for all of this, with an upstream that serves and one that is not there: what ends it fails every test. */
let program: Program;
let app: TestUpstream;
let files: CertificateFiles;
let folder: string;
let seen = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-faults-'));
  app = await openUpstream('serve');
  files = await certificateFilesIn(folder, 'app');
  await mkdir(join(folder, 'templates', 'parts'), { recursive: true });
  await writeFile(join(folder, 'templates', 'parts', 'footer.eta'), '<footer>ours</footer>\n');
  program = await openProgram({
    settings: settings(),
    preload: new URL('./faults-within.ts', import.meta.url),
    ...ODD_PLACE,
  });
  seen = program.lines.length;
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** No home, a time zone and a locale that there are not, no folder for temporary files, and a working folder that takes no file. */
const ODD_PLACE = {
  env: {
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    TZ: 'Nowhere/Nothing',
    LC_ALL: 'xx_YY.odd',
    TMPDIR: '/nowhere',
  },
  cwd: existsSync('/sys') ? '/sys' : '/',
};

/** Whatever was broken, requests are served, answers are given, and the process is the same one. */
afterEach(async () => {
  if (!program.isRunning) return; // The last test has ended it.
  expect(await ask(program.url)).toMatchObject({ status: 200, text: 'served\n' });
  const { status, headers } = await ask(`${program.url}/gone`);
  expect([status, headers['candor-disposition']]).toEqual([
    503,
    expect.stringContaining('reason=outage'),
  ]);
  expect(program.errorOutput).toBe('');
  seen = program.lines.length;
});

function settings(ops = '127.0.0.1:0'): string {
  const tls = { cert: files.cert, key: files.key };
  return `listen: [127.0.0.1:0, { address: 127.0.0.1:0, tls: ${JSON.stringify(tls)} }]
ops: ${ops}
brand: { name: Example, templates: ${join(folder, 'templates')} }
upstreams:
  app: { endpoints: ["${app.url}"], probe: { every: 300ms } }
  gone: { endpoints: ["http://127.0.0.1:9"] }
routes: [{ path: /gone, upstream: gone }, { upstream: app }]
limits: { drain: 100ms }
store: ./candor.sqlite
`;
}

const PERSON = { headers: { accept: 'text/html' } };

/** The lines of one message since the last test. */
function since(msg: string): LogLine[] {
  return program.lines.slice(seen).filter((line) => line.msg === msg);
}

test('SIGHUP that comes while the program starts is obeyed once it has started', async () => {
  await program.logged('settings reloaded');
});

test('an odd environment changes nothing: times are told in the zone of the settings, and incidents are kept', async () => {
  const { text } = await ask(`${program.url}/gone`, PERSON);
  expect(text).toMatch(/\d:\d\d [AP]M C[SD]T \(\d\d:\d\d UTC\)/);
  expect(existsSync(join(dirname(program.file), 'candor.sqlite'))).toBe(true);
  expect(program.lines.filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
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
  const { text } = await ask(`${program.opsUrl}/metrics`);
  const counted = /^candor_unexpected_errors_total (\d+)$/m.exec(text)?.[1];
  expect(Number(counted)).toBeGreaterThan(1_000);
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

test('nobody reads the log: requests go on, and its lines come when somebody does', async () => {
  program.listen(false);
  const answers = Array.from({ length: 600 }, () => ask(`${program.url}/gone`));
  const references = (await Promise.all(answers)).map(({ headers }) => headers['x-request-id']);
  expect(await ask(program.url)).toMatchObject({ status: 200 });
  expect(since('answered').length).toBeLessThan(references.length); // The pipe holds 64 KiB.
  program.listen(true);
  await eventually(() => {
    const told = new Set(since('answered').map(({ reference }) => reference));
    return references.every((reference) => told.has(reference)) || undefined;
  });
});

test('the thread of the store dies, and another one takes its place', async () => {
  program.send('dying_thread');
  const fields = { level: 'error', code: 'thread_died' };
  expect(await program.logged('store cannot be written', seen)).toMatchObject(fields);
  await program.logged('store written again', seen);
});

test('the settings file is deleted: the running settings stay', async () => {
  await unlink(program.file);
  program.signal('SIGHUP');
  await program.logged('settings refused, the running ones stay', seen);
  const refused = await ask(`${program.opsUrl}/api/reload`, { method: 'POST' });
  expect(refused.status).toBe(422);
  await program.configure(settings());
});

test('the ops port of other settings is taken: they are refused, and the old port serves', async () => {
  await program.configure(settings(`127.0.0.1:${app.port}`));
  program.signal('SIGHUP');
  await program.logged('settings refused, the running ones stay', seen);
  expect((await ask(`${program.opsUrl}/readyz`)).status).toBe(200);
  await program.configure(settings());
});

test('the folder of the templates is deleted: what was read from it serves, over a reload that is refused', async () => {
  const page = async () => (await ask(`${program.url}/gone`, PERSON)).text;
  const aside = join(folder, 'aside');
  await rename(join(folder, 'templates'), aside);
  expect(await page()).toContain('<footer>ours</footer>');
  program.signal('SIGHUP');
  await program.logged('settings refused, the running ones stay', seen);
  expect(await page()).toContain('<footer>ours</footer>');
  await rename(aside, join(folder, 'templates'));
});

test('the files of a certificate are deleted: the running one stays, until there are others', async () => {
  await Promise.all([unlink(files.cert), unlink(files.key)]);
  await program.logged('certificate refused, the running one stays', seen);
  const secure = program.urls[1] ?? '';
  await expect(shakeHands(secure)).resolves.toMatchObject({ certificate: 'app' });
  await files.replace('renewed');
  await program.logged('certificate reloaded', seen);
  await expect(shakeHands(secure)).resolves.toMatchObject({ certificate: 'renewed' });
});

test.for([-5, 10])(
  'the wall clock of a running gateway set %i hours off blocks neither the way down nor the way up',
  async (hours) => {
    const turned = (to: string) =>
      eventually(() => since('verdict changed').find((line) => line.to === to));
    program.send(hours * 3_600_000);
    await app.refuse();
    await turned('down');
    await app.accept();
    await turned('up');
  },
);

test('a fault in the end itself does not keep the process: it is told, and the exit code is 1', async () => {
  program.send('endless_thread');
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.lines.at(-1)).toMatchObject({ level: 'error', msg: 'could not end in order' });
});
