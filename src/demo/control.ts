import type { Application } from './application.ts';
import { type Exchange, RequestError, sendJson, sendText } from './exchange.ts';
import { FAULTS, type Fault } from './fault.ts';
import { INCIDENT_STATUSES, isIncidentStatus, openIncident } from './incident-board.ts';
import type { LoginSite } from './login-site.ts';
import { DemoServer, type Place } from './server.ts';
import type { StatusPage } from './status-page.ts';

/** The parts that can be broken and mended, and the one that is told of. */
export interface Controlled {
  readonly endpoints: readonly Application[];
  readonly loginSite: LoginSite;
  readonly statusPage: StatusPage;
}

/** How the application can be broken: `one` is `gone` for the first endpoint alone. */
export const WAYS_TO_BREAK = [...FAULTS, 'one'] as const;

/** One of `WAYS_TO_BREAK`. */
export type WayToBreak = (typeof WAYS_TO_BREAK)[number];

/** What each way does, as the control listener and the banner say it. */
export const WAY_TEXT: Readonly<Record<WayToBreak, string>> = {
  gone: 'no endpoint is left: connections are refused',
  '503': 'a load balancer without servers replies 503',
  hang: 'requests are taken and never replied to',
  reset: 'requests are taken and the connection is reset',
  one: 'one of the two endpoints is gone, the other works',
};

const STATUS_TEXT = INCIDENT_STATUSES.join('|');
const TEXT_LENGTH = 2000;

/** Starts the listener that takes the commands to break and to mend. */
export async function startControl(place: Place, controlled: Controlled): Promise<DemoServer> {
  return DemoServer.start(place, { handle: (exchange) => obey(exchange, controlled) });
}

/** Breaks the application in one way; resolves when it is so. */
export async function breakApplication(
  endpoints: readonly Application[],
  how: WayToBreak,
): Promise<void> {
  const faultOf = (index: number): Fault => {
    if (how === 'one') return index === 0 ? 'gone' : 'none';
    return how;
  };
  await Promise.all(endpoints.map((endpoint, index) => endpoint.breakWith(faultOf(index))));
}

/** Mends every endpoint; resolves when all of them serve. */
export async function mendApplication(endpoints: readonly Application[]): Promise<void> {
  await Promise.all(endpoints.map((endpoint) => endpoint.breakWith('none')));
}

async function obey({ request, response, url }: Exchange, controlled: Controlled): Promise<void> {
  const command = `${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`;
  if (command === 'GET /') return sendText(response, overview(request.headers.host, controlled));
  if (command === 'GET /state') return sendJson(response, stateOf(controlled));
  // A page of some other site can make a browser send a POST to here; a command line has no origin.
  if (request.headers.origin !== undefined) {
    throw new RequestError(403, 'Commands are not taken from web pages.');
  }
  if (command === 'POST /break') return sendText(response, await breakIt(url, controlled));
  if (command === 'POST /mend') {
    await mendApplication(controlled.endpoints);
    return sendText(response, 'Mended: every endpoint works.');
  }
  if (command === 'POST /incident') return sendText(response, announce(url, controlled));
  throw new RequestError(404, `There is no command ${command}. GET / lists the commands.`);
}

async function breakIt(url: URL, { endpoints }: Controlled): Promise<string> {
  const word = url.searchParams.get('how');
  const how = WAYS_TO_BREAK.find((way) => way === word);
  if (how === undefined) {
    throw new RequestError(
      400,
      `how: expected ${WAYS_TO_BREAK.join('|')}, found ${word ?? 'none'}.`,
    );
  }
  await breakApplication(endpoints, how);
  return `Broken: ${WAY_TEXT[how]}.`;
}

function announce(url: URL, { statusPage }: Controlled): string {
  const status = url.searchParams.get('status') ?? '';
  if (!isIncidentStatus(status)) {
    throw new RequestError(400, `status: expected ${STATUS_TEXT}, found ${status || 'none'}.`);
  }
  const text = url.searchParams.get('text')?.slice(0, TEXT_LENGTH);
  const incident = statusPage.announce(status, text || undefined);
  if (incident === null)
    throw new RequestError(409, 'No incident is open: there is none to resolve.');
  return `Posted on ${statusPage.url}/incidents/${incident.id}: ${status}.`;
}

function stateOf({ endpoints, loginSite, statusPage }: Controlled) {
  const open = openIncident(statusPage.board);
  return {
    endpoints: endpoints.map(({ name, url, fault }) => ({ name, url, fault })),
    loginSite: loginSite.url,
    statusPage: statusPage.url,
    incident: open === null ? null : { id: open.id, status: open.latest.status },
  };
}

function overview(host: string | undefined, controlled: Controlled): string {
  const { endpoints, loginSite, statusPage, incident } = stateOf(controlled);
  const base = `http://${host ?? '127.0.0.1'}`;
  const posted = incident === null ? 'no open incident' : `incident open: ${incident.status}`;
  return [
    'State',
    ...endpoints.map(({ name, url, fault }) => `  ${name.padEnd(11)}  ${url}  ${wordsOf(fault)}`),
    `  login site   ${loginSite}`,
    `  status page  ${statusPage}  ${posted}`,
    '',
    'Commands',
    ...WAYS_TO_BREAK.map((how) => `  curl -X POST '${base}/break?how=${how}'  # ${WAY_TEXT[how]}`),
    `  curl -X POST '${base}/mend'`,
    ...INCIDENT_STATUSES.map((status) => `  curl -X POST '${base}/incident?status=${status}'`),
    `  curl '${base}/state'`,
  ].join('\n');
}

function wordsOf(fault: Fault): string {
  return fault === 'none' ? 'works' : `broken: ${fault}`;
}
