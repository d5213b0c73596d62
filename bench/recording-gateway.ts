import { createAnswerer } from '../src/answer/answerer.ts';
import { parseSettings } from '../src/config/load.ts';
import { Gateway, type GatewayEvents } from '../src/gateway/gateway.ts';
import { outcomesOf } from '../src/gateway/outcome-counts.ts';
import { makePlan } from '../src/gateway/plan.ts';
import { createLog } from '../src/log.ts';
import { AnswerLog } from '../src/outage/answer-log.ts';
import { Incidents } from '../src/outage/incidents.ts';
import { Recorder } from '../src/outage/recorder.ts';
import { openStore } from '../src/outage/store.ts';
import type { StatusPageState } from '../src/statuspage/model.ts';
import { Upstream } from '../src/upstream/upstream.ts';

/**
 * The gateway in front of a port that refuses every connection: `node bench/recording-gateway.ts PORT
 * CLOSED_PORT [STORE]`. Without a store nothing of what happens is recorded.
 */
const [port, closedPort, file] = process.argv.slice(2);
const text = `listen: 127.0.0.1:${port}
trustedProxies: [127.0.0.1]
brand: { name: Example }
upstreams: { app: { endpoints: ["http://127.0.0.1:${closedPort}"] } }
routes:
  - { path: /r/, upstream: app }
  - { path: /login, upstream: app }
  - { path: /reports, upstream: app }
  - { upstream: app }
`;
const loaded = await parseSettings({ text, file: 'bench.yaml' });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { settings } = loaded;
const [app] = Object.values(settings.upstreams);
if (app === undefined) throw new Error('no upstream'); // The text above has one.
const log = createLog({ level: 'info', pretty: false });
const recorded = file === undefined ? null : await record(file);
const upstream: Upstream = new Upstream(app, {
  log,
  onBelief: (belief, previous, signal) => {
    const turn = { belief, previous, at: signal.at, flapMs: app.detection.flapMs };
    recorded?.recorder.turned(turn, signal);
  },
  onRemoved: () => undefined,
});
// One and the same: pages are prepared once for each state of the status page, known by its identity.
const statusPage: StatusPageState = { kind: 'none' };
const answerer = createAnswerer({
  settings,
  statusPage: () => statusPage,
  log,
  beliefs: () => [upstream.belief],
});
const upstreams = new Map([['app', upstream]]);
const gateway = new Gateway(makePlan(settings, upstreams, answerer), log, recorded?.events ?? {});
upstream.start();
await gateway.open();
process.once('SIGTERM', end);

async function record(path: string) {
  const store = await openStore({ file: path, log });
  const incidents: Incidents = new Incidents(log, {
    onChange: (incident, change) => recorder.changed(incident, change, Date.now()),
  });
  const recorder = new Recorder({
    store,
    incidents,
    upstreams: () => [
      { name: 'app', state: upstream.belief.verdict.state, servedSince: null, streakMs: 1_000 },
    ],
    answers: () => gateway.counts.answers.values(),
    outcomes: () => outcomesOf(upstream, gateway.counts, settings.routes),
  });
  const answers = new AnswerLog(store);
  const events: GatewayEvents = {
    onMisleading: (evidence) => incidents.misleadingReply(evidence, Date.now()),
    onPerson: (...seen) => recorder.sawPerson(...seen),
    onAnswer: (reference, facts) => answers.record(reference, facts),
  };
  // It begins when there is somebody to watch.
  setImmediate(() => void recorder.start(Date.now()));
  return { store, recorder, answers, events };
}

async function end(): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
  recorded?.recorder[Symbol.dispose]();
  recorded?.answers[Symbol.dispose]();
  await recorded?.store[Symbol.asyncDispose]();
  await log.flush();
}
