import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { OpsSettings } from '../config/settings.ts';
import type { Maintenance } from '../outage/maintenance.ts';
import { actorOf } from './actor.ts';
import type { OpsDeps } from './deps.ts';
import { refuseCrossSite } from './guards.ts';
import { isoOf, isoOrNull } from './iso-of.ts';
import { readMaintenance } from './maintenance-wish.ts';
import { sendProblem } from './problem-reply.ts';

/** What the switch is worked with. */
export type MaintenanceDeps = Pick<OpsDeps, 'maintenances' | 'acts' | 'upstreams' | 'publicPrefix'>;

const ONE = '/api/upstreams/:name/maintenance';
const BYPASS = `${ONE}/bypass`;
const MOST_BODY = '8kb';

/** The maintenance switch, and the record of what operators did. */
export function addMaintenance(
  app: Express,
  settings: Pick<OpsSettings, 'token'>,
  deps: MaintenanceDeps,
): void {
  const { maintenances, acts } = deps;
  app.get('/api/acts', (_request, response) => {
    response.json({ acts: acts.list().map((act) => ({ ...act, at: isoOf(act.at) })) });
  });
  app.get('/api/maintenances', (_request, response) => {
    response.json({ maintenances: maintenances.list().map(maintenanceView) });
  });
  const named = (handle: Handle): RequestHandler => handlerFor(handle, deps);
  app.get(ONE, named(showOne));
  app.put(
    ONE,
    refuseCrossSite,
    express.json({ limit: MOST_BODY }),
    named((asked) => switchOn(asked, settings)),
  );
  app.delete(
    ONE,
    refuseCrossSite,
    named((asked) => switchOff(asked, settings)),
  );
  app.post(
    BYPASS,
    refuseCrossSite,
    named((asked) => sendBypass(asked, settings)),
  );
}

/** The addresses of this file, and what they answer. */
export const MAINTENANCE_METHODS: readonly (readonly [address: string, methods: string])[] = [
  ['/api/acts', 'GET, HEAD'],
  ['/api/maintenances', 'GET, HEAD'],
  [ONE, 'GET, HEAD, PUT, DELETE'],
  [BYPASS, 'POST'],
];

/** Planned work as operators see it. */
interface MaintenanceView {
  readonly id: string;
  /** `*`: all. */
  readonly upstream: string;
  readonly reason: string;
  readonly message: string | null;
  readonly by: string;
  readonly startedAt: string;
  readonly endsAt: string | null;
  readonly expiresAt: string;
}

/** One work with its times as operators read them. */
function maintenanceView(maintenance: Maintenance): MaintenanceView {
  const { id, upstream, reason, message, by, startedAt, endsAt, expiresAt } = maintenance;
  return {
    ...{ id, upstream: upstream ?? '*', reason, message, by },
    startedAt: isoOf(startedAt),
    endsAt: isoOrNull(endsAt),
    expiresAt: isoOf(expiresAt),
  };
}

interface Asked {
  readonly request: Request;
  readonly response: Response;
  /** Null: all. */
  readonly upstream: string | null;
  readonly deps: MaintenanceDeps;
}

type Handle = (asked: Asked) => void;

/** With the upstream that the address names: one of the settings, or `*` or `all` for all of them. */
function handlerFor(handle: Handle, deps: MaintenanceDeps): RequestHandler {
  return (request, response) => {
    const name = String(request.params.name);
    const names = deps.upstreams().map((upstream) => upstream.name);
    if (names.includes(name)) return handle({ request, response, upstream: name, deps });
    if (name === '*' || name === 'all') return handle({ request, response, upstream: null, deps });
    return sendProblem(response, 404, `There is no such upstream: ${names.join(', ')}, or *.`);
  };
}

function showOne({ response, upstream, deps }: Asked): void {
  const found = deps.maintenances.list().find((each) => each.upstream === upstream);
  if (found === undefined) return sendProblem(response, 404, NONE);
  response.json(maintenanceView(found));
}

function switchOn(
  { request, response, upstream, deps }: Asked,
  settings: Pick<OpsSettings, 'token'>,
): void {
  const { maintenances } = deps;
  const asked = readMaintenance(request.body, upstream, Date.now());
  if ('fault' in asked) return sendProblem(response, 422, asked.fault);
  const { bypass, ...wish } = asked;
  const actor = actorOf(request, settings);
  const kept = maintenances.declare(wish, actor);
  if ('fault' in kept) return sendProblem(response, 422, kept.fault);
  const token = bypass ? maintenances.issueBypass(upstream, actor) : null;
  const link = token === null ? {} : { bypass: bypassView(token, deps) };
  response.json({ ...maintenanceView(kept.maintenance), ...link });
}

function switchOff(
  { request, response, upstream, deps }: Asked,
  settings: Pick<OpsSettings, 'token'>,
): void {
  const why = new URL(request.url, 'http://ops').searchParams.get('reason')?.slice(0, 300) || null;
  const ended = deps.maintenances.end(upstream, actorOf(request, settings), why);
  if (ended === null) return sendProblem(response, 404, NONE);
  response.json({ ended: maintenanceView(ended) });
}

function sendBypass(
  { request, response, upstream, deps }: Asked,
  settings: Pick<OpsSettings, 'token'>,
): void {
  const token = deps.maintenances.issueBypass(upstream, actorOf(request, settings));
  if (token === null) return sendProblem(response, 404, NONE);
  response.json(bypassView(token, deps));
}

const NONE = 'No planned work is on here; GET /api/maintenances lists what is.';

/** The host is not the gateway's to know: it stands behind whatever name people use. */
function bypassView(token: string, { publicPrefix }: MaintenanceDeps): { readonly path: string } {
  return { path: `${publicPrefix()}bypass?token=${token}` };
}
