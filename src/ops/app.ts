import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { OpsSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { actorOf } from './actor.ts';
import { addConsole, CONSOLE_METHODS } from './console/console.ts';
import type { OpsDeps } from './deps.ts';
import { admit, refuseCrossSite } from './guards.ts';
import { addIncidents } from './incidents.ts';
import { addMaintenance, MAINTENANCE_METHODS } from './maintenance.ts';
import { buildMetrics } from './metrics.ts';
import { addNotices } from './notices.ts';
import { addPreview } from './preview.ts';
import { sendProblem } from './problem-reply.ts';
import { addReferences } from './references.ts';
import { addReports } from './reports.ts';
import { addUnknownOutcomes, OUTCOME_METHODS } from './unknown-outcomes.ts';

/** What is needed to open the ops listener. */
export interface OpsOptions {
  readonly settings: OpsSettings;
  readonly log: Log;
  readonly deps: OpsDeps;
}

/**
 * What operators can ask, in the order in which it is looked at: what a balancer needs is open,
 * everything else is behind the door. There is no CORS, so that no other site's page reads along.
 * Consoles that are open are told no more once `stop` is aborted.
 */
export function buildOpsApp({ settings, log, deps }: OpsOptions, stop: AbortSignal): Express {
  const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(neverStored);
  addHealth(app, deps);
  app.use(admit(settings));
  addConsole(app, { deps, settings, stop });
  for (const [address, methods] of CONSOLE_METHODS) app.all(address, allowOnly(methods));
  addMetrics(app, deps);
  addApi(app, settings, { log, deps });
  app.use((_request: Request, response: Response) => {
    sendProblem(response, 404, 'There is nothing at this address.');
  });
  app.use(failedWith(log));
  return app;
}

function addHealth(app: Express, { isReady }: OpsDeps): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    if (isReady()) response.json({ status: 'ready' });
    else sendProblem(response, 503, 'The gateway starts or drains.');
  });
  app.all(['/healthz', '/readyz'], allowOnly('GET, HEAD'));
}

function addMetrics(app: Express, deps: OpsDeps): void {
  const registry = buildMetrics(deps);
  app.get('/metrics', async (_request, response) => {
    response.setHeader('Content-Type', registry.contentType);
    response.end(await registry.metrics());
  });
  app.all('/metrics', allowOnly('GET, HEAD'));
}

function addApi(
  app: Express,
  settings: OpsSettings,
  { log, deps }: { readonly log: Log; readonly deps: OpsDeps },
): void {
  const { upstreams, reload } = deps;
  app.get('/api/upstreams', (_request, response) => {
    response.json({ upstreams: upstreams() });
  });
  app.all('/api/upstreams', allowOnly('GET, HEAD'));
  addIncidents(app, deps);
  app.all(['/api/incidents', '/api/incidents/:id'], allowOnly('GET, HEAD'));
  addMaintenance(app, settings, deps);
  for (const [address, methods] of MAINTENANCE_METHODS) app.all(address, allowOnly(methods));
  addNotices(app, deps);
  app.all('/api/notices', allowOnly('GET, HEAD'));
  addUnknownOutcomes(app, settings, deps);
  for (const [address, methods] of OUTCOME_METHODS) app.all(address, allowOnly(methods));
  addReports(app, deps);
  app.all('/api/incidents/:id/report', allowOnly('GET, HEAD'));
  addReferences(app, deps);
  app.all('/api/references/:reference', allowOnly('GET, HEAD'));
  addPreview(app, deps);
  app.all(['/api/preview', '/api/preview/:answer'], allowOnly('GET, HEAD'));

  app.post('/api/reload', refuseCrossSite, async (request, response) => {
    log.info('reload asked for by the ops API');
    const reloaded = await reload(actorOf(request, settings));
    if (reloaded.ok) response.json({ ok: true });
    else sendRefusal(response, reloaded.problems);
  });
  app.all('/api/reload', allowOnly('POST'));
}

function sendRefusal(response: Response, problems: readonly unknown[]): void {
  const detail = 'The settings are refused; the running ones stay.';
  sendProblem(response, 422, detail, { ok: false, problems });
}

function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}

function allowOnly(methods: string) {
  return (_request: Request, response: Response): void => {
    response.setHeader('Allow', methods);
    sendProblem(response, 405, `This address answers ${methods} only.`);
  };
}

/** Express knows this by its four parameters; the stack goes to the log and to nobody else. */
function failedWith(log: Log) {
  return (err: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      // What has begun cannot be told of its failure but by an end that is no end.
      log.error({ err }, 'ops request failed');
      response.destroy();
      return undefined;
    }
    const status = statusOf(err);
    if (status >= 500) log.error({ err }, 'ops request failed');
    return sendProblem(
      response,
      status,
      status >= 500 ? 'The request failed; the log says why.' : 'The request cannot be read.',
    );
  };
}

/** What Express blames on the request (a malformed path) carries its status. */
function statusOf(err: unknown): number {
  const status = err instanceof Error && 'status' in err ? err.status : 500;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
