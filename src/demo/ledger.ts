/** A customer of the demo's billing application, with the member names of ChargeOver's API. */
export interface Customer {
  readonly customer_id: number;
  readonly company: string;
  readonly external_key: string | null;
}

/** An invoice; the amount is in cents. */
export interface Invoice {
  readonly number: number;
  readonly company: string;
  readonly cents: number;
  readonly isPaid: boolean;
}

/** What the application knows: in memory, shared by the endpoints that are given the same one. */
export interface Ledger {
  customers: readonly Customer[];
  invoices: readonly Invoice[];
  /** How many payments were taken. */
  payments: number;
}

// A demo under a load test must not grow: the oldest rows go.
const ROWS = 500;

/** A ledger with something in it. */
export function openLedger(): Ledger {
  return {
    customers: [
      { customer_id: 1, company: 'Blue Harbor Bakery', external_key: 'bakery-1' },
      { customer_id: 2, company: 'Northwind Cycles', external_key: null },
      { customer_id: 3, company: 'Sunrise Dental', external_key: 'dental-7' },
    ],
    invoices: [
      { number: 1001, company: 'Blue Harbor Bakery', cents: 12_900, isPaid: true },
      { number: 1002, company: 'Northwind Cycles', cents: 48_050, isPaid: false },
      { number: 1003, company: 'Sunrise Dental', cents: 9_900, isPaid: false },
    ],
    payments: 0,
  };
}

/** Adds a customer, and returns it with its number. */
export function addCustomer(ledger: Ledger, customer: Omit<Customer, 'customer_id'>): Customer {
  const added = { customer_id: (ledger.customers.at(-1)?.customer_id ?? 0) + 1, ...customer };
  ledger.customers = [...ledger.customers, added].slice(-ROWS);
  return added;
}

/** Adds an open invoice, and returns it with its number. */
export function addInvoice(ledger: Ledger, company: string, cents: number): Invoice {
  const added = {
    number: (ledger.invoices.at(-1)?.number ?? 1000) + 1,
    company,
    cents,
    isPaid: false,
  };
  ledger.invoices = [...ledger.invoices, added].slice(-ROWS);
  return added;
}

/** Takes a payment for an invoice; null when there is no such invoice. */
export function payInvoice(ledger: Ledger, number: number): Invoice | null {
  const invoice = ledger.invoices.find((candidate) => candidate.number === number);
  if (invoice === undefined) return null;
  const paid = { ...invoice, isPaid: true };
  ledger.invoices = ledger.invoices.map((candidate) => (candidate === invoice ? paid : candidate));
  ledger.payments += 1;
  return paid;
}
