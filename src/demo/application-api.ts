import { type Exchange, RequestError, readFields, sendJson } from './exchange.ts';
import { addCustomer, type Ledger } from './ledger.ts';
import { DEMO_USER, sessionOf } from './session.ts';

/**
 * The application's JSON API, in the envelope that ChargeOver documents for each of its replies:
 * `{"code":200,"status":"OK","message":"","details":{},"response":…}`.
 */
export async function handleApi(exchange: Exchange, ledger: Ledger): Promise<void> {
  try {
    await route(exchange, ledger);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    refuse(exchange, error.status, error.message);
  }
}

async function route(exchange: Exchange, ledger: Ledger): Promise<void> {
  const { request, url } = exchange;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (url.pathname === '/api/session') {
    return method === 'POST' ? openSession(exchange) : refuseMethod(exchange, 'POST');
  }
  const [, id] = /^\/api\/v3\/customer(?:\/(\d+))?\/?$/.exec(url.pathname) ?? [null, null];
  if (id === null) return refuse(exchange, 404, `There is no ${url.pathname} in this API.`);
  if (method === 'GET') return showCustomers(exchange, ledger, id);
  if (method === 'POST' && id === undefined) return createCustomer(exchange, ledger);
  return refuseMethod(exchange, 'GET, HEAD, POST');
}

/** What the login site calls: are these credentials correct? 200 with a session, or 401. */
async function openSession(exchange: Exchange): Promise<void> {
  const fields = await readFields(exchange.request);
  const email = fields.get('email') ?? '';
  if (email !== DEMO_USER.email || fields.get('password') !== DEMO_USER.password) {
    return refuse(exchange, 401, 'No user has these credentials.');
  }
  return succeed(exchange, 200, { session: sessionOf(email) });
}

function showCustomers(exchange: Exchange, ledger: Ledger, id: string | undefined): void {
  const found =
    id === undefined
      ? ledger.customers
      : ledger.customers.find((customer) => customer.customer_id === Number(id));
  if (found === undefined) refuse(exchange, 404, `There is no customer ${id}.`);
  else succeed(exchange, 200, found);
}

async function createCustomer(exchange: Exchange, ledger: Ledger): Promise<void> {
  const fields = await readFields(exchange.request);
  const company = fields.get('company')?.trim() ?? '';
  if (company === '') return refuse(exchange, 400, 'company: expected a name.');
  const customer = addCustomer(ledger, {
    company,
    external_key: fields.get('external_key') ?? null,
  });
  return succeed(exchange, 201, { id: customer.customer_id });
}

function succeed({ response }: Exchange, code: number, result: unknown): void {
  sendJson(response, { code, status: 'OK', message: '', details: {}, response: result }, code);
}

function refuse({ response }: Exchange, code: number, message: string): void {
  sendJson(response, { code, status: 'Error', message, details: {}, response: false }, code);
}

function refuseMethod(exchange: Exchange, allowed: string): void {
  exchange.response.setHeader('Allow', allowed);
  refuse(exchange, 405, `This address takes ${allowed}.`);
}
