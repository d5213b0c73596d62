import { createHash, randomBytes } from 'node:crypto';
import { type Exchange, type Reply, RequestError, send } from './exchange.ts';
import { escapeHtml, renderPage } from './html.ts';
import {
  type Board,
  type BoardIncident,
  DEFAULT_TEXT,
  emptyBoard,
  type IncidentStatus,
  openIncident,
  type Posting,
  post,
} from './incident-board.ts';
import { DemoServer, type Place } from './server.ts';
import { componentsOf, documentsOf, overallStatus, type PageIdentity } from './statuspage-v2.ts';

/** Where the status page listens, and what it says of itself. */
export interface StatusPageOptions extends Place {
  /** What clients call it, when that is not where it listens; no slash at the end. */
  readonly publicUrl?: string;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

/** A running status page, and what its authors do with it. */
export interface StatusPage extends AsyncDisposable {
  readonly url: string;
  /** What has been published. */
  readonly board: Board;
  /**
   * Posts on the open incident, or opens one. Null, and nothing is posted, when `resolved` is to
   * be posted and no incident is open.
   */
  announce(status: IncidentStatus, text?: string): BoardIncident | null;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';

/** Starts a status page that speaks Statuspage v2, on which nothing has been posted yet. */
export async function startStatusPage(options: StatusPageOptions): Promise<StatusPage> {
  const now = options.now ?? Date.now;
  let board = emptyBoard(now());
  let identity: PageIdentity = { name: 'ChargeOver', url: '' };
  const server = await DemoServer.start(options, {
    handle: (exchange) => serve(exchange, board, identity),
  });
  identity = { ...identity, url: options.publicUrl ?? server.url };

  const close = async () => server[Symbol.asyncDispose]();
  return {
    url: server.url,
    get board() {
      return board;
    },
    announce: (status, text = DEFAULT_TEXT[status]) => {
      if (status === 'resolved' && openIncident(board) === null) return null;
      const id = randomBytes(6).toString('hex');
      board = post(board, { id, status, text, at: now() });
      return board.incidents[0] ?? null;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function serve({ request, response, url }: Exchange, board: Board, identity: PageIdentity): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    throw new RequestError(405, 'A status page is read with GET.');
  }
  const reply = replyTo(url.pathname, board, identity);
  const etag = `W/"${createHash('sha1').update(reply.body).digest('hex')}"`;
  const headers = {
    ETag: etag,
    'Cache-Control': 'max-age=0, private, must-revalidate',
    'Access-Control-Allow-Origin': '*',
  };
  if (reply.status === 200 && isKnown(etag, request.headers['if-none-match'])) {
    response.writeHead(304, headers).end();
    return;
  }
  send(response, { ...reply, headers });
}

function replyTo(path: string, board: Board, identity: PageIdentity): Reply {
  const document = documentsOf(board, identity).get(path);
  if (document !== undefined) {
    return { status: 200, type: JSON_TYPE, body: JSON.stringify(document) };
  }
  if (path === '/') return { status: 200, type: HTML_TYPE, body: overview(board) };
  const incident = board.incidents.find(({ id }) => path === `/incidents/${id}`);
  if (incident !== undefined) {
    return { status: 200, type: HTML_TYPE, body: pageOf(incident.name, incidentHtml(incident)) };
  }
  return { status: 404, type: HTML_TYPE, body: pageOf('Not found', '<h1>Not found</h1>') };
}

/** Whether `If-None-Match` names what would be sent (RFC 9110, section 13.1.2: weak comparison). */
function isKnown(etag: string, field: string | undefined): boolean {
  const opaque = etag.slice(2);
  const known = (field ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(opaque);
}

function overview(board: Board): string {
  const components = componentsOf(board);
  const rows = components.map(
    ({ name, status }) => `<tr><td>${name}</td><td>${status.replaceAll('_', ' ')}</td></tr>`,
  );
  const incidents = board.incidents.map(incidentHtml).join('\n');
  return pageOf(
    'ChargeOver Status',
    `<section><h1>${overallStatus(components).description}</h1>
<table><tbody>${rows.join('\n')}</tbody></table></section>
${incidents === '' ? '<section><p>No incidents have been posted.</p></section>' : incidents}`,
  );
}

function incidentHtml({ id, name, postings }: BoardIncident): string {
  return `<section><h2><a href="/incidents/${id}">${escapeHtml(name)}</a></h2>
${postings.map(postingHtml).join('\n')}</section>`;
}

function postingHtml({ status, text, at }: Posting): string {
  const time = new Date(at).toISOString();
  return `<p><strong>${status}</strong>: ${escapeHtml(text)} <time datetime="${time}">${time}</time></p>`;
}

function pageOf(title: string, main: string): string {
  return renderPage({ title, links: [['Status', '/']], main });
}
