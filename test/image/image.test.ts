import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../bench/processes.ts';
import type { Docker } from '../swarm/engine.ts';
import { waitFor } from '../swarm/wait.ts';
import { buildImage, hasImage, startBuildEngine } from './build-engine.ts';
import { importStandIn } from './stand-in.ts';

const ROOT = join(import.meta.dirname, '../..');
const BASE = 'node:26-slim';
const IMAGE = 'candor-image-test';
const NAME = 'candor-image-test';
/** As a careful operator runs it. */
const BOUNDS = [
  ...['--network', 'host', '--read-only', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--volume', `${NAME}:/data`],
];
const MOST_START_MS = 300;

const undo = new AsyncDisposableStack();
let docker: Docker;
let url = '';
let settings: readonly string[] = [];

beforeAll(async () => {
  const engine = undo.use(await startBuildEngine());
  ({ docker } = engine);
  if (!(await hasImage(docker, BASE))) {
    await importStandIn(docker, BASE, engine.folder);
    undo.defer(() => remove('image', 'rm', '--force', BASE));
    console.log(`${BASE}: no registry is asked; this machine's Node and npm stand in for it`);
  }
  await buildImage(docker, IMAGE, ROOT);
  undo.defer(() => remove('image', 'rm', '--force', IMAGE));
  undo.defer(() => remove('volume', 'rm', '--force', NAME));
  const [port, ops, closed] = await Promise.all([freePort(), freePort(), freePort()]);
  url = `http://127.0.0.1:${port}`;
  settings = await mountSettings(
    engine.folder,
    JSON.stringify({
      ...{ listen: `127.0.0.1:${port}`, ops: `127.0.0.1:${ops}`, store: '/data/candor.sqlite' },
      upstreams: { app: { endpoints: [`http://127.0.0.1:${closed}`] } },
    }),
  );
  const health = ['--env', `CANDOR_HEALTH_URL=${url}/_candor/healthz`, '--health-interval', '1s'];
  await docker.output('run', '--detach', '--name', NAME, ...BOUNDS, ...settings, ...health, IMAGE);
  undo.defer(() => remove('rm', '--force', NAME));
});

afterAll(() => undo.disposeAsync());

test('it holds the program, the runtime and what that loads, and nothing that opens a door', async () => {
  const container = await docker.output('create', IMAGE, 'schema');
  const files = await filesOf(container);
  await docker.output('rm', container);
  const unexpected = files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)));
  expect(unexpected).toEqual([]);
  expect(files).toContain('app/dist/sbom.cdx.json');
  expect(files.filter((file) => /\.map$|node_modules|(^|\/)(ba)?sh$/.test(file))).toEqual([]);
});

test('without rights and on a read-only file system it answers, and is called healthy in an outage', async () => {
  const answer = await waitFor(() => fetch(url), { what: 'an answer', withinMs: 20_000 });
  expect(answer.status).toBe(503);
  await waitFor(async () => (await state('.State.Health.Status')) === 'healthy', {
    what: 'the health check',
    withinMs: 30_000,
  });
  expect(await docker.output('inspect', '--format', '{{.Config.User}}', IMAGE)).toBe('node');
});

test(`it starts in less than ${MOST_START_MS} ms, the median of five`, async () => {
  const tookMs: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    await docker.output('restart', NAME);
    const began = Date.parse(await state('.State.StartedAt'));
    tookMs.push((await startedAt(began)) - began);
  }
  tookMs.sort((one, two) => one - two);
  console.log(`started in ${tookMs.join(', ')} ms`);
  expect(tookMs[2]).toBeLessThan(MOST_START_MS);
});

test('SIGTERM ends it with 0, and another container finds the incident on the volume', async () => {
  await docker.output('stop', NAME);
  expect(await state('.State.ExitCode')).toBe('0');
  const asked = ['report', '--config', '/etc/candor/candor.yaml'];
  const report = await docker.output('run', '--rm', ...BOUNDS, ...settings, IMAGE, ...asked);
  expect(report).toContain('# app unavailable');
});

/** Each line of what is at the top, and of what is in it. */
const EXPECTED = [
  /^app\/(package\.json|cache\/|dist\/|templates\/|$)/,
  /^(usr\/local\/bin\/node|(usr\/)?lib(64)?\/.*\.so(\.\d+)*|etc\/(passwd|group))$/,
  // What Docker puts into each container, and folders.
  /^(\.dockerenv|etc\/(hosts|hostname|resolv\.conf|mtab)|dev\/console|.*\/)$/,
];

async function filesOf(container: string): Promise<string[]> {
  const list = docker.follow('export', container);
  return new Promise((resolve, reject) => {
    const tar = execFile('tar', ['-t'], { maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(stdout.trimEnd().split('\n'));
      else reject(error);
    });
    if (tar.stdin !== null) list.stdout?.pipe(tar.stdin);
  });
}

async function mountSettings(folder: string, text: string): Promise<string[]> {
  const mounted = join(folder, 'settings');
  await mkdir(mounted);
  await writeFile(join(mounted, 'candor.yaml'), text, { mode: 0o644 });
  return ['--volume', `${mounted}:/etc/candor:ro`];
}

function state(member: string): Promise<string> {
  return docker.output('inspect', '--format', `{{${member}}}`, NAME);
}

/** When the program said that it had started, at or after a time. */
function startedAt(from: number): Promise<number> {
  return waitFor(
    async () => {
      const lines = (await docker.output('logs', NAME)).split('\n').reverse();
      const line = lines.find((one) => one.includes('"msg":"started"')) ?? '{}';
      const at = Date.parse(JSON.parse(line).time);
      return at >= from && at;
    },
    { what: 'the program to start', withinMs: 20_000 },
  );
}

async function remove(...command: string[]): Promise<void> {
  await docker.outcome(command);
}
