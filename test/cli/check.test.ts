import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { templateFolder } from '../support/template-folder.ts';
import { caught } from './caught.ts';

const run = (...args: readonly string[]) => caught(check, args);

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'candor.yaml'), text);
  return join(folder, 'candor.yaml');
}

const example = resolve(import.meta.dirname, '../../docs/candor.example.yaml');

test('a good file is said to be good', async () => {
  expect(await run(example)).toEqual({
    code: 0,
    stdout: `${example}: good (2 upstreams, 4 routes)\n`,
    stderr: '',
  });
});

test('a problem is printed with its place, the line and a caret', async () => {
  const file = await fileWith('upstreams:\n  app:\n    endpoints: [http://a]\n    hold: 2x\n');

  const { code, stdout } = await run(file);

  expect(code).toBe(2);
  expect(stdout.split('\n')).toEqual([
    `${file}:4:11: upstreams.app.hold: found "2x", expected a duration such as 250ms, 2s or 5m, from 0s to 5m`,
    '      hold: 2x',
    '            ^',
    `${file}: refused (1 problem)`,
    '',
  ]);
});

test('a warning is printed, and the file is good', async () => {
  const file = await fileWith(
    'upstreams: { app: { endpoints: [http://a] } }\nroutes: [{ upstream: app }, { upstream: app }]\n',
  );

  const { code, stdout } = await run(file);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^warning: .*:2:29: routes\[1\]: found a route that is never taken/);
  expect(stdout).toMatch(/: good \(1 upstream, 2 routes\)\n$/);
});

test('tokens and passwords are not printed', async () => {
  const file = await fileWith(
    `ops: { address: here, token: "s3cret-0ne\${" }\nupstreams: { app: { endpoints: ["http://me:s3cret-2@a"] } }\n`,
  );

  for (const outcome of [await run(file), await run(file, '--json')]) {
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toContain('upstreams.app.endpoints[0]');
    expect(outcome.stdout + outcome.stderr).not.toContain('s3cret');
  }
});

test('a good result as JSON', async () => {
  const { code, stdout } = await run('--json', example);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ok: true,
    file: example,
    problems: [],
    warnings: [],
    summary: { upstreams: 2, routes: 4 },
  });
});

test('problems as JSON', async () => {
  const file = await fileWith('upstreams: {}\n');

  const { code, stdout } = await run('--json', file);

  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    file,
    problems: [
      {
        file,
        line: 1,
        column: 12,
        path: 'upstreams',
        found: 'no upstream',
        expected: expect.stringContaining('at least one'),
        message: expect.stringMatching(/^found no upstream, expected at least one/),
      },
    ],
    warnings: [],
    summary: null,
  });
});

test('a file that cannot be read ends with 2 and the reason', async () => {
  const { code, stdout } = await run('none.yaml');

  expect(code).toBe(2);
  expect(stdout).toContain('none.yaml: found a file that cannot be read (ENOENT: no such file)');
});

test.for([
  { args: [], said: 'one FILE is expected' },
  { args: ['one.yaml', 'two.yaml'], said: 'one FILE is expected' },
  { args: ['--jsn', 'one.yaml'], said: "Unknown option '--jsn'" },
])('wrong use ($args) ends with 2 and the usage', async ({ args, said }) => {
  const { code, stdout, stderr } = await run(...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
  expect(stderr).toContain('Usage: candor check FILE');
});

test('help names every option and the exit codes', async () => {
  const { code, stdout } = await run('--help');

  expect(code).toBe(0);
  for (const word of ['FILE', '--json', '--help', 'Exit codes']) expect(stdout).toContain(word);
});

test('templates that are refused are printed with their place, and end with 1', async () => {
  const templates = templateFolder({
    'parts/footer.eta': '<footer>\n<script>x</script>\n</footer>\n',
  });
  const file = await fileWith(
    `upstreams: { app: { endpoints: [http://a] } }\nbrand: { name: A, templates: "${templates}" }\n`,
  );

  const { code, stdout } = await run(file);

  expect(code).toBe(1);
  const [first, ...rest] = stdout.split('\n');
  expect(first).toContain(
    `${templates}/parts/footer.eta:2:1: found a script that the policy of the page blocks, expected`,
  );
  expect(rest).toEqual([
    '  <script>x</script>',
    '  ^',
    expect.stringContaining('parts/footer.eta:2:1: found a script where it.live is null'),
    '  <script>x</script>',
    '  ^',
    `${file}: good (1 upstream, 1 route), templates refused (2 problems)`,
    '',
  ]);
  expect(JSON.parse((await run(file, '--json')).stdout)).toMatchObject({
    ok: false,
    problems: [{ file: `${templates}/parts/footer.eta`, line: 2 }, { line: 2 }],
    summary: { upstreams: 1 },
  });
});

test('variables come from the environment of the process', async () => {
  const file = await fileWith(`upstreams: { app: { endpoints: ["\${CANDOR_TEST_URL}"] } }\n`);
  const script = `import { check } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/cli/check.ts'))};
process.exitCode = await check([${JSON.stringify(file)}]);`;
  const args = ['--input-type=module', '--eval', script];
  const env = { ...process.env, CANDOR_TEST_URL: 'http://a' };

  const code = await new Promise((done) => {
    execFile(process.execPath, args, { env }, (error) => done(error?.code ?? 0));
  });

  expect(code).toBe(0);
  expect((await run(file)).stdout).toContain('the variable CANDOR_TEST_URL, which the environment');
});
