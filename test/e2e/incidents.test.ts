import { expect, test } from 'vitest';
import { ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type Program, startProgram } from '../support/program.ts';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';

const SENTENCE = 'The credentials that you provided are not correct.';

interface SeenIncident {
  readonly id: string;
  readonly startedAt: string;
  readonly detectedAt: string;
  readonly resolvedAt: string | null;
  readonly causes: readonly string[];
  readonly interruptions: readonly { readonly from: string; readonly to: string }[];
  readonly misleadingReplies: { readonly count: number; readonly latest: readonly object[] };
}

function settingsFor(app: TestUpstream, login: TestUpstream = app): string {
  return `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams:
  app: { endpoints: ["${app.url}"], component: Main Application, probe: { path: /healthz, every: 300ms } }
  login: { endpoints: ["${login.url}"] }
routes:
  - { path: /login, upstream: login, misleading: [credentials] }
  - { upstream: app }
misleading:
  credentials: { status: [200], body: "${SENTENCE}", dependsOn: [app] }
limits: { drain: 100ms }
store: memory
`;
}

async function incidentsOf(program: Program): Promise<SeenIncident[]> {
  const { text } = await ask(`${program.opsUrl}/api/incidents`);
  return JSON.parse(text).incidents;
}

async function verdictOf(program: Program): Promise<string> {
  const { text } = await ask(`${program.opsUrl}/api/upstreams`);
  return JSON.parse(text).upstreams[0].verdict;
}

function until(program: Program, wanted: string): Promise<true> {
  return eventually(async () => ((await verdictOf(program)) === wanted ? true : undefined), 15_000);
}

/** Asks again and again. What is hung when the program ends is cut off. */
function askEvery(everyMs: number, url: string): Disposable {
  const timer = setInterval(() => void ask(url).catch(() => undefined), everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Serves its health page, whatever else it does. */
function withPage(app: TestUpstream, doThis: 'unavailable' | 'hang'): void {
  app.behave((request, response) => {
    if (request.url === '/healthz') return response.end('ok\n');
    if (doThis === 'hang') return undefined;
    return response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503</h1>');
  });
}

test('an outage that comes back is one incident, with its interruption and the replies that would have misled', async () => {
  const [app, login] = [await startUpstream(), await startUpstream()];
  login.behave((_request, response) => response.end(`<p>${SENTENCE}</p>`));
  const program = await startProgram({ settings: settingsFor(app, login) });
  expect(await incidentsOf(program)).toEqual([]);

  await app.refuse();
  await until(program, 'down');
  const answer = await ask(`${program.url}/login`, form({ email: 'a@example.com' }));
  expect(answer.status).toBe(503);
  await app.accept();
  await until(program, 'up');
  const [over] = await incidentsOf(program);
  expect(over?.resolvedAt).not.toBeNull();
  await app.refuse();
  await program.logged('incident reopened');
  const from = program.lines.length;
  await app.accept();
  await program.logged('incident resolved', from);

  const incidents = await incidentsOf(program);
  expect(incidents).toHaveLength(1);
  const [incident] = incidents;
  expect(incident).toMatchObject({
    id: over?.id,
    upstream: 'app',
    components: ['Main Application'],
    startedAt: over?.startedAt,
    causes: ['connection_refused'],
    interruptions: [{ from: over?.resolvedAt }],
    relapses: 1,
    misleadingReplies: {
      count: 1,
      latest: [
        { rule: 'credentials', upstream: 'app', source: 'verdict', evidenceAt: over?.startedAt },
      ],
    },
  });
  const one = await ask(`${program.opsUrl}/api/incidents/${over?.id}`);
  expect(JSON.parse(one.text)).toMatchObject({ ...incident, events: expect.any(Array) });

  const told = program.lines.filter(({ msg }) => msg.startsWith('incident '));
  expect(told.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
    'error incident opened',
    'info incident resolved',
    'warn incident reopened',
    'info incident resolved',
  ]);
  const { text: metrics } = await ask(`${program.opsUrl}/metrics`);
  expect(metrics).toContain('\ncandor_incidents_total{upstream="app"} 1\n');
  expect(metrics).toContain('\ncandor_incident_open{upstream="app"} 0\n');
  expect(metrics).toContain('\ncandor_upstream_relapses{upstream="app"} 1\n');
});

test('a health page that is well while every request is answered 503 ends no outage', async () => {
  const app = await startUpstream();
  withPage(app, 'unavailable');
  const program = await startProgram({ settings: settingsFor(app) });
  {
    using _asking = askEvery(100, program.url);
    await until(program, 'down');
    const wentDown = await eventually(() => program.lines.find(({ to }) => to === 'down'));
    const from = program.lines.indexOf(wentDown) + 1;
    // Three trials, and a dozen rounds of probes that find the page well.
    await eventually(() => {
      const trials = program.lines.filter(
        (line) => line.msg === 'answered' && line.received === 503,
      );
      return trials.length >= 6 ? true : undefined;
    }, 10_000);
    const changes = program.lines.slice(from).filter(({ msg }) => msg === 'verdict changed');
    expect(changes).toEqual([]);
    app.behave('serve');
    await until(program, 'up');
  }
  expect(await incidentsOf(program)).toHaveLength(1);
});

test('a hang of everything is an outage within four seconds, and over soon after it is mended', async () => {
  const app = await startUpstream();
  const program = await startProgram({ settings: settingsFor(app) });
  {
    using _asking = askEvery(50, program.url);
    await eventually(() => (app.requests > 10 ? true : undefined));
    const hungAt = Date.now();
    app.behave('hang');
    await until(program, 'down');
    const [incident] = await incidentsOf(program);
    expect(Date.parse(incident?.detectedAt ?? '') - hungAt).toBeLessThan(4_500);
    app.behave('serve');
    await until(program, 'up');
  }
  const [incident] = await incidentsOf(program);
  expect(incident?.resolvedAt).not.toBeNull();
});

test('an outage that goes on under other settings is the same incident', async () => {
  const app = await startUpstream();
  const program = await startProgram({ settings: settingsFor(app) });
  await app.refuse();
  await program.logged('incident opened');
  await program.configure(settingsFor(app).replace('every: 300ms', 'every: 400ms'));
  program.signal('SIGHUP');
  await program.logged('incident resolved');
  await program.logged('incident reopened');
  const incidents = await incidentsOf(program);
  expect(incidents).toHaveLength(1);
  expect(incidents[0]?.resolvedAt).toBeNull();
});
