import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Credentials, checkCredentials } from './credentials-check.ts';
import {
  type Exchange,
  type Reply,
  RequestError,
  readFields,
  seeOther,
  send,
  sendsJson,
  sendText,
} from './exchange.ts';
import { escapeHtml, renderPage } from './html.ts';
import { DemoServer, type Place } from './server.ts';
import { DEMO_USER } from './session.ts';

/** What the login site says to whoever did not get in, whatever the reason. */
export const CREDENTIALS_SENTENCE = 'The credentials that you provided are not correct.';

/** Where the login site listens, and where it has credentials checked. */
export interface LoginSiteOptions extends Place {
  /** Endpoints of the application, asked in this order; `POST /api/session` is called on them. */
  readonly backendUrls: readonly string[];
}

/** A running login site. */
export interface LoginSite extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a login site with the fault of the incident: it says that the credentials are not correct
 * whenever it could not have them checked.
 */
export async function startLoginSite(options: LoginSiteOptions): Promise<LoginSite> {
  let failures = 0;
  const countFailure = () => {
    failures += 1;
    return failures;
  };
  const server = await DemoServer.start(options, {
    handle: (exchange) => serve(exchange, options.backendUrls, countFailure),
  });
  const close = async () => server[Symbol.asyncDispose]();
  return { url: server.url, close, [Symbol.asyncDispose]: close };
}

async function serve(
  exchange: Exchange,
  backendUrls: readonly string[],
  countFailure: () => number,
): Promise<void> {
  const { request, response, url } = exchange;
  if (url.pathname === '/healthz') return sendText(response, 'ok');
  if (url.pathname !== '/login') throw new RequestError(404, 'Only /login is here.');
  if (request.method === 'GET' || request.method === 'HEAD') return reply(exchange, formReply());
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'GET, HEAD, POST');
    throw new RequestError(405, `/login does not take ${request.method}.`);
  }
  const fields = await readFields(request);
  const credentials = {
    email: fields.get('email') ?? '',
    password: fields.get('password') ?? '',
  };
  const session = await checkCredentials(backendUrls, credentials);
  if (session === null) return reply(exchange, failureReply(exchange, credentials, countFailure()));
  return letIn(exchange, session);
}

function letIn(exchange: Exchange, session: string): void {
  const headers = { 'Set-Cookie': `session=${session}; Path=/; HttpOnly; SameSite=Lax` };
  if (!wantsJson(exchange.request)) seeOther(exchange.response, '/', headers);
  else reply(exchange, { ...jsonReply(200, { signedIn: true, location: '/' }), headers });
}

function formReply(error = '', email: string = DEMO_USER.email): Reply {
  const main = `<form method="post" action="/login"><h1>Sign in</h1>
${error === '' ? '' : `<p class="error" role="alert">${error}</p>`}
<label>Email <input name="email" type="email" autocomplete="username" value="${escapeHtml(email)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button>
<p>The demo's password is <code>${DEMO_USER.password}</code>; any other one is wrong.</p></form>`;
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: renderPage({ title: 'Sign in – ChargeOver (demo)', links: [['Home', '/']], main }),
  };
}

/** 200 with the form again for a person, as such sites do; 401 for a script. */
function failureReply({ request }: Exchange, { email }: Credentials, failures: number): Reply {
  const headers = { 'Set-Cookie': `failed_sign_ins=${failures}; Path=/login; HttpOnly` };
  const body = wantsJson(request)
    ? jsonReply(401, { error: CREDENTIALS_SENTENCE })
    : formReply(CREDENTIALS_SENTENCE, email);
  return { ...body, headers };
}

function jsonReply(status: number, value: unknown): Reply {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/** Sends a reply, compressed where the client takes that. */
function reply({ request, response }: Exchange, whole: Reply): void {
  const headers = {
    ...whole.headers,
    'Cache-Control': 'no-store',
    Vary: 'Accept, Accept-Encoding',
  };
  const isGzip = takesGzip(request);
  send(response, {
    ...whole,
    body: isGzip ? gzipSync(whole.body) : whole.body,
    headers: isGzip ? { ...headers, 'Content-Encoding': 'gzip' } : headers,
  });
}

function wantsJson(request: IncomingMessage): boolean {
  const accept = request.headers.accept ?? '';
  if (accept.includes('text/html')) return false;
  return accept.includes('application/json') || sendsJson(request);
}

function takesGzip(request: IncomingMessage): boolean {
  const codings = String(request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',');
  return codings.some((coding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)|$)/.test(coding));
}
