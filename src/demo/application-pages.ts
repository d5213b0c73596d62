import { type Exchange, RequestError, readFields, seeOther, sendHtml } from './exchange.ts';
import { escapeHtml, renderPage } from './html.ts';
import { addInvoice, type Invoice, type Ledger, payInvoice } from './ledger.ts';
import { signedInAs } from './session.ts';

type PageHandler = (exchange: Exchange, ledger: Ledger, name: string) => void | Promise<void>;

const PAGES: Readonly<Record<string, Readonly<Record<string, PageHandler>>>> = {
  '/': { GET: showHome },
  '/invoices': { GET: showInvoices, POST: createInvoice },
  '/r/pay': { GET: showPayment, POST: takePayment },
  '/logout': { POST: signOut },
};

const LINKS = [
  ['Home', '/'],
  ['Invoices', '/invoices'],
  ['Pay', '/r/pay'],
  ['API', '/api/v3/customer'],
  ['Sign in', '/login'],
] as const;

/** The application's pages and forms. */
export async function handlePage(exchange: Exchange, ledger: Ledger, name: string): Promise<void> {
  const { request, response, url } = exchange;
  const methods = Object.hasOwn(PAGES, url.pathname) ? PAGES[url.pathname] : undefined;
  if (methods === undefined) {
    return sendHtml(response, pageOf('Not found', '<section><h1>Not found</h1></section>'), 404);
  }
  const handler = methods[request.method === 'HEAD' ? 'GET' : (request.method ?? '')];
  if (handler === undefined) {
    response.setHeader('Allow', Object.keys(methods).join(', '));
    throw new RequestError(405, `${url.pathname} does not take ${request.method}.`);
  }
  await handler(exchange, ledger, name);
}

function showHome({ request, response }: Exchange, ledger: Ledger, name: string): void {
  const user = signedInAs(request.headers.cookie);
  const open = ledger.invoices.filter((invoice) => !invoice.isPaid);
  const owed = open.reduce((sum, { cents }) => sum + cents, 0);
  const session =
    user === null
      ? '<p>You are not signed in. <a href="/login">Sign in</a></p>'
      : `<p>Signed in as ${escapeHtml(user)}.</p><form method="post" action="/logout"><button>Sign out</button></form>`;
  const main = `<section>
<h1>Recurring billing, all well</h1>
<p>${ledger.customers.length} customers, ${open.length} open invoices, ${dollars(owed)} owed, ${ledger.payments} payments taken.</p>
<p>This page was served by <strong>${escapeHtml(name)}</strong>.</p>
</section>
<section>${session}</section>`;
  sendHtml(response, pageOf('Home', main));
}

function showInvoices({ response }: Exchange, ledger: Ledger): void {
  const rows = ledger.invoices.toReversed().map(rowOf).join('\n');
  const main = `<section><h1>Invoices</h1>
<table><thead><tr><th>Number</th><th>Customer</th><th class="number">Amount</th><th>State</th></tr></thead>
<tbody>
${rows}
</tbody></table></section>
<form method="post" action="/invoices"><h2>Create an invoice</h2>
<label>Customer <input name="company" required maxlength="200"></label>
<label>Amount in dollars <input name="amount" type="number" min="0.01" step="0.01" required></label>
<button>Create</button></form>`;
  sendHtml(response, pageOf('Invoices', main));
}

async function createInvoice({ request, response }: Exchange, ledger: Ledger): Promise<void> {
  const fields = await readFields(request);
  const company = fields.get('company')?.trim() ?? '';
  const cents = Math.round(Number(fields.get('amount')) * 100);
  if (company === '') throw new RequestError(422, 'company: expected a name.');
  if (!Number.isSafeInteger(cents) || cents <= 0) {
    throw new RequestError(422, 'amount: expected a number of dollars above 0.');
  }
  addInvoice(ledger, company.slice(0, 200), cents);
  seeOther(response, '/invoices');
}

function showPayment({ response, url }: Exchange, ledger: Ledger): void {
  const wanted = Number(url.searchParams.get('invoice'));
  const open = ledger.invoices.filter((invoice) => !invoice.isPaid);
  const number = wanted > 0 ? wanted : (open[0]?.number ?? 1001);
  const main = `<form method="post" action="/r/pay"><h1>Pay an invoice</h1>
<label>Invoice <input name="invoice" inputmode="numeric" required value="${escapeHtml(String(number))}"></label>
<label>Name on the card <input name="name" autocomplete="off"></label>
<p>No card is needed: nothing is charged here.</p>
<button>Pay now</button></form>`;
  sendHtml(response, pageOf('Pay an invoice', main));
}

async function takePayment({ request, response }: Exchange, ledger: Ledger): Promise<void> {
  const fields = await readFields(request);
  const invoice = payInvoice(ledger, Number(fields.get('invoice')));
  if (invoice === null) throw new RequestError(422, 'invoice: expected the number of an invoice.');
  const main = `<section><h1>Payment received</h1>
<p>Thank you. Invoice ${invoice.number} over ${dollars(invoice.cents)} is paid; this was payment ${ledger.payments}.</p>
<p><a href="/invoices">All invoices</a></p></section>`;
  sendHtml(response, pageOf('Payment received', main));
}

function signOut({ response }: Exchange): void {
  seeOther(response, '/', { 'Set-Cookie': 'session=; Path=/; Max-Age=0; HttpOnly' });
}

function rowOf({ number, company, cents, isPaid }: Invoice): string {
  const state = isPaid ? 'Paid' : `<a href="/r/pay?invoice=${number}">Open</a>`;
  return `<tr><td>${number}</td><td>${escapeHtml(company)}</td><td class="number">${dollars(cents)}</td><td>${state}</td></tr>`;
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}

function pageOf(title: string, main: string): string {
  return renderPage({ title: `${title} – ChargeOver (demo)`, links: LINKS, main });
}
