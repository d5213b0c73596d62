import { createHash } from 'node:crypto';
import { bypassExpiry, workOf } from '../outage/bypass-token.ts';
import type { KeptMaintenance } from '../outage/maintenance.ts';
import { bypassCookie, bypassNames, endedCookie } from './bypass-cookie.ts';
import type { ClientResponse } from './client-message.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import { fieldValue } from './reply.ts';
import type { RequestHead } from './request-head.ts';
import { respond, respondText } from './respond.ts';

/** Who follows a bypass link, and with what. */
export interface BypassAsk {
  readonly head: RequestHead;
  readonly response: ClientResponse;
  readonly peer: Peer;
  readonly token: string | null;
  /** The browser is to be kept out again. */
  readonly isLeaving: boolean;
}

/**
 * Lets an operator's browser past planned work: GET shows what the link does, and only the POST of its
 * button does it, so that whatever fetches links ahead of people changes nothing.
 *
 * It is the one answer of the gateway's own that sets a cookie, and the one that takes it back. That needs
 * no token: another site's POST comes without these cookies, so it ends nothing.
 */
export function serveBypass(ask: BypassAsk, plan: Plan): void {
  const { head, response, peer, token, isLeaving } = ask;
  const now = Date.now();
  const names = bypassNames(head.rawHeaders);
  if (isLeaving && head.method === 'POST') return sendCookies(response, names.map(endedCookie));
  const kept = token === null ? null : plan.maintenances.find(workOf(token) ?? '');
  const expiresAt = kept === null || token === null ? null : bypassExpiry(token, kept, now);
  if (kept === null || token === null || expiresAt === null) {
    return respondText(response, 403, 'This link is not, or no longer, good for planned work.\n');
  }
  if (head.method !== 'POST')
    return sendPage(response, pageOf(kept, expiresAt, names.length > 0), head.method);
  const maxAge = Math.ceil((expiresAt - now) / 1_000);
  const isSecure =
    peer.isSecure ||
    (plan.isTrusted(peer.address) &&
      fieldValue(head.rawHeaders, 'x-forwarded-proto')?.toLowerCase() === 'https');
  sendCookies(response, [bypassCookie(token, kept, { maxAge, isSecure })]);
}

function sendCookies(response: ClientResponse, cookies: readonly string[]): void {
  respond(response, {
    status: 303,
    reasonPhrase: 'See Other',
    headers: [
      ...['Location', '/'],
      ...cookies.flatMap((cookie) => ['Set-Cookie', cookie]),
      ...PRIVATE,
      ...['Content-Length', '0'],
    ],
    body: '',
  });
}

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}button{font:inherit;min-height:2.75rem;padding:0 1rem}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** The address holds the token: it is kept nowhere, and no other site is told of it. */
const PRIVATE: readonly string[] = [
  ...['Cache-Control', 'no-store'],
  ...['Referrer-Policy', 'no-referrer'],
  ...['X-Content-Type-Options', 'nosniff'],
  ...['X-Robots-Tag', 'noindex'],
];

function sendPage(response: ClientResponse, page: string, method: string): void {
  respond(response, {
    status: 200,
    reasonPhrase: 'OK',
    headers: [
      ...['Content-Type', 'text/html; charset=utf-8'],
      ...['Content-Security-Policy', POLICY],
      ...PRIVATE,
      ...['Content-Length', String(page.length)],
    ],
    body: method === 'HEAD' ? '' : page,
  });
}

/** As UTF-8 bytes, one a character. For operators, in English. Names of upstreams are words of the settings: letters, digits, `-` and `_`. */
function pageOf(
  { maintenance: { upstream } }: KeptMaintenance,
  expiresAt: number,
  isThrough: boolean,
): string {
  const what = upstream === null ? 'everything behind this gateway' : `“${upstream}”`;
  const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const title = 'Go past the planned work';
  const leave = isThrough
    ? '<p>This browser gets through already.</p><form method="post" action="?leave"><button>Keep it out again</button></form>'
    : '';
  return Buffer.from(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>${STYLE}</style>
<main><h1>${title}</h1>
<p>This browser will get through to ${what} while it is closed for everybody else, until ${until} at the latest. One cookie is set for that; the application never sees it.</p>
<form method="post"><button>Let this browser through</button></form>${leave}</main></html>
`).toString('latin1');
}
