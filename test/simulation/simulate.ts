import type { UpstreamSettings } from '../../src/config/upstream-settings.ts';
import { Counts } from '../../src/gateway/counts.ts';
import { WaitingLine } from '../../src/gateway/waiting-line.ts';
import type { Log } from '../../src/log.ts';
import type { IncidentRecord } from '../../src/outage/incident-record.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import { Upstream } from '../../src/upstream/upstream.ts';
import { DETECTION } from '../support/detection.ts';
import { chanceOf } from './chance.ts';
import { Chronicle } from './chronicle.ts';
import { ProbeDesk } from './probe-desk.ts';
import { Registry } from './registry.ts';
import { Server } from './server.ts';
import { Traffic } from './traffic.ts';
import { Troubles } from './troubles.ts';
import { type Stretch, Truth } from './truth.ts';
import { WorldClock } from './world-clock.ts';
import type { WorldPlan } from './world-plan.ts';

/** What was and what was believed, from the beginning of a world to its end. */
export interface History {
  readonly plan: WorldPlan;
  readonly settings: UpstreamSettings;
  readonly truth: readonly Stretch[];
  readonly chronicle: Chronicle;
  readonly incidents: readonly IncidentRecord[];
  readonly incidentCount: number;
  /** Timers that the core had set at the end. */
  readonly pendingTimers: number;
}

/** Whether the wall clock was set within the world: its times are no measure then. */
export function hasJumps({ plan }: Pick<History, 'plan'>): boolean {
  return plan.faults.some(({ kind }) => kind === 'jump_forth' || kind === 'jump_back');
}

interface SimulationOptions {
  /** Keeps numbers alone, for long worlds. */
  readonly isBrief?: boolean;
  /** Called at each of these times. */
  readonly lookAt?: readonly number[];
  readonly look?: () => void;
}

/** Lets a world happen, with the real core in it. */
export async function simulate(
  plan: WorldPlan,
  { isBrief = false, lookAt = [], look = () => undefined }: SimulationOptions = {},
): Promise<History> {
  const clock = new WorldClock();
  for (const at of lookAt) clock.at(at, { happen: look });
  const chance = chanceOf(plan.seed);
  const chronicle = new Chronicle(clock, isBrief);
  const servers = Array.from(
    { length: plan.endpoints },
    (_, index) => new Server(urlOf(index), plan, chance),
  );
  const byUrl = new Map(servers.map((server) => [server.url, server]));
  const registry = new Registry(plan, clock, servers, chronicle);
  const desk = new ProbeDesk(plan, clock, byUrl, { chance, chronicle });
  const truth = new Truth();
  const incidents = new Incidents(SILENT);
  const settings = settingsOf(plan);
  const { flapMs } = settings.detection;
  const upstream = new Upstream(settings, {
    log: SILENT,
    onBelief: (belief, previous, { at }) => {
      clock.wakeCore();
      chronicle.turned(belief, previous, upstream.relapses.streakMs);
      incidents.follow({ belief, previous, at, flapMs });
    },
    onRemoved: () => undefined,
    clock,
    random: chance,
    probe: (endpoint) => desk.probe(endpoint),
    source: plan.discovery.kind === 'static' ? null : registry,
  });
  new Troubles({ plan, clock, servers, registry, desk, truth });
  const line = new WaitingLine(upstream, clock);
  const tallies = new Counts();
  const road = { plan, chance, clock, upstream, line, tallies, servers: byUrl, chronicle };
  upstream.start();
  await clock.runUntil(plan.lengthMs, new Traffic(road));
  truth.end(plan.lengthMs);
  const { name } = settings;
  return {
    plan,
    settings,
    truth: truth.stretches,
    chronicle,
    incidents: incidents.list(),
    incidentCount: incidents.total(name),
    pendingTimers: clock.pending,
  };
}

/** Nobody reads the log of a thousand worlds. */
const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // A line of a log that nobody keeps.
}

function settingsOf(plan: WorldPlan): UpstreamSettings {
  const { probe, discovery, connectMs, responseMs, holdMs } = plan;
  return {
    name: 'app',
    protocol: 'http1',
    component: null,
    discovery:
      discovery.kind === 'static'
        ? {
            kind: 'static',
            urls: Array.from({ length: plan.endpoints }, (_, index) => urlOf(index)),
          }
        : // Who is asked is the world's registry, whatever kind it plays.
          {
            kind: 'dns',
            name: 'app.example.com',
            port: 80,
            scheme: 'http',
            everyMs: discovery.everyMs,
            servers: [],
          },
    probe: {
      path: probe.kind === 'page' ? '/healthz' : null,
      grpc: false,
      everyMs: probe.everyMs,
      timeoutMs: probe.timeoutMs,
      statuses: [200],
    },
    timeouts: { connectMs, responseMs, idleMs: 60_000 },
    outageStatuses: [502, 503, 504],
    holdMs,
    tls: null,
    detection: DETECTION,
  };
}

function urlOf(index: number): string {
  return `http://10.0.${Math.floor(index / 250)}.${(index % 250) + 1}:80`;
}
