import { pino } from 'pino';
import { expect, onTestFinished, vi } from 'vitest';
import { createAnswerer } from '../../src/answer/answerer.ts';
import { parseSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Evidence } from '../../src/gateway/evidence.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { makePlan } from '../../src/gateway/plan.ts';
import { type ParentLog, repeatedBy } from '../../src/log.ts';
import type { AnswerFacts } from '../../src/outage/answer-facts.ts';
import type { Maintenances } from '../../src/outage/maintenances.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { testMaintenances } from './maintenances.ts';

/** A line of the log, as an operator's tools would read it. */
type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A gateway that runs in this process, on ports that the system chose. */
export interface TestGateway {
  readonly gateway: Gateway;
  /** `http://127.0.0.1:PORT` of the first listener. */
  readonly url: string;
  readonly log: readonly LogLine[];
  /** What was told of misleading replies that were replaced. */
  readonly misleading: readonly Evidence[];
  /** What was told of answers, by reference. */
  readonly answers: ReadonlyMap<string, AnswerFacts>;
  /** The upstream of that name; `app` where none is given. */
  upstream(name?: string): Upstream;
  /** The switch for planned work. */
  readonly maintenances: Maintenances;
  /** Waits until a line with this message, and these fields, has been logged. */
  logged(msg: string, fields?: Readonly<Record<string, unknown>>): Promise<LogLine>;
  /** Ends it before the test does. */
  drain(): Promise<void>;
}

export interface GatewayOptions {
  /** Without discovery and probes: nothing but requests reaches the upstreams. */
  readonly isQuiet?: boolean;
  /** From 0 to 1; 0 throughout has requests prefer the endpoint that is listed first. */
  readonly random?: () => number;
  /** What is known of the status page; default: nothing yet, where the settings name one. */
  readonly statusPage?: () => StatusPageState;
}

/** Settings as a file would hold them, without what tests always want. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** Settings for one upstream, `app`, with a list of endpoints. */
export function oneUpstream(
  urls: readonly string[],
  rest: Readonly<Record<string, unknown>> = {},
): GivenSettings {
  return { upstreams: { app: { endpoints: urls, ...rest } } };
}

/** Starts the real gateway with these settings. It ends when the running test is over. */
export async function startGateway(
  given: GivenSettings,
  { isQuiet = false, random = Math.random, statusPage }: GatewayOptions = {},
): Promise<TestGateway> {
  const settings = await settingsFrom(given);
  const { log, lines, logged } = captureLog();
  const upstreams = new Map<string, Upstream>();
  for (const [name, upstreamSettings] of Object.entries(settings.upstreams)) {
    const upstream = new Upstream(upstreamSettings, {
      log,
      random,
      onBelief: () => gateway.stateChanged(),
      onRemoved: (endpoints) => gateway.forget(endpoints),
    });
    upstreams.set(name, upstream);
  }
  const answerer = createAnswerer({
    settings,
    statusPage: statusPage ?? (() => unread(settings)),
    log,
    beliefs: () => [...upstreams.values()].map(({ belief }) => belief),
  });
  const misleading: Evidence[] = [];
  const maintenances = testMaintenances(() => gateway.stateChanged());
  const answers = new Map<string, AnswerFacts>();
  const gateway = new Gateway(makePlan(settings, upstreams, answerer, maintenances), log, {
    onMisleading: (evidence) => misleading.push(evidence),
    onAnswer: (reference, facts) => answers.set(reference, facts),
  });
  await gateway.open();
  if (!isQuiet) for (const upstream of upstreams.values()) upstream.start();

  let ending: Promise<void> | null = null;
  const drain = () => {
    ending ??= gateway[Symbol.asyncDispose]();
    return ending;
  };
  onTestFinished(async () => {
    await drain();
    // Whatever a test did, nothing is left over: no request, no connection, no tunnel, no wait, no attempt.
    await vi.waitFor(() => {
      const { inFlight, held, tunnels, connections, eventStreams } = gateway.counts;
      const all = [...upstreams.values()];
      const outstanding = all.flatMap(({ counts, endpoints }) => [
        counts.outstanding,
        ...endpoints.map((endpoint) => endpoint.outstanding),
      ]);
      const left = Math.max(...outstanding.map(Math.abs));
      expect({ inFlight, held, tunnels, connections, eventStreams, left }).toEqual(NOTHING);
    });
    await Promise.all([...upstreams.values()].map((upstream) => upstream[Symbol.asyncDispose]()));
  });
  return {
    gateway,
    url: gateway.urls[0] ?? '',
    log: lines,
    misleading,
    maintenances,
    answers,
    upstream(name = 'app') {
      const upstream = upstreams.get(name);
      if (upstream === undefined) throw new Error(`no upstream ${name}`);
      return upstream;
    },
    logged,
    drain,
  };
}

function unread({ statusPage }: Settings): StatusPageState {
  return statusPage === null ? { kind: 'none' } : { kind: 'unread', url: statusPage.url };
}

const NOTHING = { inFlight: 0, held: 0, tunnels: 0, connections: 0, eventStreams: 0, left: 0 };

async function settingsFrom(given: GivenSettings): Promise<Settings> {
  const { limits = {}, ...rest } = given;
  const whole = {
    listen: '127.0.0.1:0',
    ops: '127.0.0.1:0',
    store: 'memory',
    // A test that forgets a connection ends all the same.
    limits: { drain: '100ms', ...(limits as object) },
    ...rest,
  };
  const loaded = await parseSettings({ text: JSON.stringify(whole, null, 1), file: 'test.yaml' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.settings;
}

function captureLog() {
  const lines: LogLine[] = [];
  let wake = Promise.withResolvers<void>();
  const write = (line: string) => {
    lines.push(JSON.parse(line));
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const logger = pino({ level: 'debug', base: null }, { write });
  const log: ParentLog = Object.assign(logger, { repeated: repeatedBy(logger) });
  const logged = async (msg: string, fields: Readonly<Record<string, unknown>> = {}) => {
    const isIt = (line: LogLine) =>
      line.msg === msg && Object.entries(fields).every(([name, value]) => line[name] === value);
    for (;;) {
      const found = lines.find(isIt);
      if (found !== undefined) return found;
      await wake.promise;
    }
  };
  return { log, lines, logged };
}
