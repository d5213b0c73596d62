import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { guard } from '../../src/cli/guard.ts';
import { startFakeEngine } from '../support/fake-engine.ts';
import { caught } from './caught.ts';

const run = (...args: readonly string[]) => caught(guard, args);

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-guard-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const STACK = `version: "3.8"
services:
  app: { image: "acme/app:1.4", deploy: { replicas: 2 } }
  db: { image: "postgres:16" }
`;

test('a good file is said to be good, and what it deploys', async () => {
  const folder = await folderWith({ 'stack.yml': STACK });

  expect(await run(join(folder, 'stack.yml'))).toEqual({
    code: 0,
    stdout: `${folder}/stack.yml: good (2 services: app × 2, db × 1)\n`,
    stderr: '',
  });
});

test('the file of the incident is refused with its place, the line and a caret', async () => {
  const folder = await folderWith({ 'bad.yml': ` ${STACK}` });

  const { code, stdout } = await run(join(folder, 'bad.yml'));

  expect(code).toBe(1);
  expect(stdout.split('\n')).toEqual([
    `${folder}/bad.yml:1:1: found 1 space before this line, where its neighbours have 0, expected the same indentation as its neighbours (a stray space?)`,
    '   version: "3.8"',
    '  ^',
    `${folder}/bad.yml: refused (1 problem)`,
    '',
  ]);
});

test('the result as JSON', async () => {
  const folder = await folderWith({ 'stack.yml': `${STACK}  cache: { image: "redis:" }\n` });
  const file = join(folder, 'stack.yml');

  const { code, stdout } = await run('--json', file);

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    file,
    problems: [
      expect.objectContaining({ file, line: 5, column: 19, path: 'services.cache.image' }),
    ],
    warnings: [],
    services: [
      { name: 'app', image: 'acme/app:1.4', replicas: 2 },
      { name: 'db', image: 'postgres:16', replicas: 1 },
      { name: 'cache', image: 'redis:', replicas: 1 },
    ],
  });
});

const SETTINGS = `upstreams:
  app: { discover: { dns: tasks.app, port: 8080 } }
  api: { discover: { swarm: demo_api, port: 8080 } }
  login: { discover: { swarm: people_login, port: 8080 } }
  legacy: { endpoints: [http://10.0.0.5] }
routes: [{ upstream: app }]
`;

test.for([
  { name: 'each upstream', args: [], missing: ['api', 'login'] },
  { name: 'each upstream of the stack', args: ['--stack', 'demo'], missing: ['api'] },
  { name: 'the upstreams that are named', args: ['--upstream', 'app'], missing: [] },
])('the services that $name looks for have to be there', async ({ args, missing }) => {
  const folder = await folderWith({ 'stack.yml': STACK, 'candor.yaml': SETTINGS });
  const config = join(folder, 'candor.yaml');

  const { code, stdout } = await run(join(folder, 'stack.yml'), '--config', config, ...args);

  const found = [...stdout.matchAll(/no service for the upstream (\w+)/g)].map(([, name]) => name);
  expect({ code, found }).toEqual({ code: missing.length > 0 ? 1 : 0, found: missing });
});

test('a service that the previous file has must not go, but with leave', async () => {
  const now = 'services:\n  app: { image: "acme/shop:1.5" }\n  bd: { image: "postgres:16" }\n';
  const folder = await folderWith({ 'now.yml': now, 'before.yml': STACK });
  const [file, before] = [join(folder, 'now.yml'), join(folder, 'before.yml')];

  const refused = await run(file, '--against', before);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain(
    `${file}:1:1: services: found no service db, which ${before} has: it would be removed, expected the service, or --allow-remove db`,
  );

  const allowed = await run(file, '--against', before, '--allow-remove', 'db');
  expect(allowed.code).toBe(0);
  expect(allowed.stdout).toMatch(/^warning: .*found 1 replica, expected 2, as /m);
  expect(allowed.stdout).toMatch(
    /^warning: .*found the image acme\/shop, expected a version of acme\/app/m,
  );
});

test('no replicas are refused, but with leave', async () => {
  const folder = await folderWith({ 'stack.yml': STACK.replace('replicas: 2', 'replicas: 0') });
  const file = join(folder, 'stack.yml');

  expect((await run(file)).stdout).toContain('found no replicas (0)');
  expect((await run(file, '--allow-zero', 'app')).code).toBe(0);
});

test('a previous file without services does not keep the file that mends it', async () => {
  const folder = await folderWith({ 'stack.yml': STACK, 'before.yml': ` ${STACK}` });

  const { code, stdout } = await run(
    join(folder, 'stack.yml'),
    '--against',
    join(folder, 'before.yml'),
  );

  expect(code).toBe(0);
  expect(stdout).toContain('warning: ');
  expect(stdout).toContain('nothing is compared');
});

test('the services that run are those of the stack, asked of the Engine by GET', async () => {
  const engine = await startFakeEngine();
  const service = (name: string, Replicas: number) => ({
    ID: name,
    Spec: {
      Name: `demo_${name}`,
      Mode: { Replicated: { Replicas } },
      TaskTemplate: { ContainerSpec: { Image: `acme/${name}:1@sha256:0` } },
    },
  });
  engine.services = [service('app', 2), service('db', 1), service('mail', 1)];
  const folder = await folderWith({ 'stack.yml': STACK });
  const args = ['--against', 'swarm', '--stack', 'demo', '--engine', `unix://${engine.path}`];

  const { code, stdout } = await run(join(folder, 'stack.yml'), ...args);

  expect(code).toBe(1);
  expect(stdout).toContain('found no service mail, which the stack demo has: it would be removed');
  expect(stdout).toMatch(/refused \(1 problem\)/);
  expect(engine.requests).toEqual(['GET /services']);

  await engine.close();
  const unheard = await run(join(folder, 'stack.yml'), ...args);
  expect(unheard.code).toBe(2);
  expect(unheard.stdout).toContain("expected the API of a manager's Docker Engine");
});

test.for([
  { args: [], said: 'one STACK.yml is expected' },
  { args: ['a.yml', 'b.yml'], said: 'one STACK.yml is expected' },
  { args: ['--agianst', 'x', 'a.yml'], said: "Unknown option '--agianst'" },
  {
    args: [resolve('deploy/swarm/candor.yml'), '--against', 'swarm'],
    said: '--against swarm needs --stack',
  },
  {
    args: [resolve('deploy/swarm/candor.yml'), '--engine', 'unix:///x'],
    said: '--engine goes with',
  },
  { args: [resolve('deploy/swarm/candor.yml'), '--upstream', 'x'], said: '--upstream goes with' },
])('wrong use ($args) ends with 2 and the usage', async ({ args, said }) => {
  const { code, stdout, stderr } = await run(...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
  expect(stderr).toContain('Usage: candor guard STACK.yml');
});

test('a file that cannot be read ends with 2 and the reason', async () => {
  const { code, stdout } = await run('none.yml');

  expect(code).toBe(2);
  expect(stdout).toContain(
    'found a file that cannot be read (ENOENT: no such file), expected a stack file',
  );
});

test('help names every option and the exit codes', async () => {
  const { code, stdout } = await run('--help');

  expect(code).toBe(0);
  const options = ['--config', '--upstream', '--stack', '--against', '--engine', '--allow-remove'];
  for (const word of [...options, '--allow-zero', '--json', '--help', 'Exit codes'])
    expect(stdout).toContain(word);
});
