import type { Cause } from '../../outage/cause.ts';
import type { Verdict } from '../../outage/verdict.ts';
import { html, type Markup } from './html.ts';

type State = Verdict['state'];

/** A state by shape and word, so that it does not depend on colour. */
const STATES: Readonly<Record<State, { readonly sign: string; readonly word: string }>> = {
  up: { sign: '●', word: 'Up' },
  suspect: { sign: '▲', word: 'Suspect' },
  down: { sign: '■', word: 'Down' },
  recovering: { sign: '◆', word: 'Recovering' },
};

/** The badge of a verdict. */
export function badge(state: State): Markup {
  const { sign, word } = STATES[state];
  return html`<span class="badge ${state}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

interface CauseWords {
  /** What is seen. */
  readonly seen: string;
  /** What somebody who is woken up looks at first. */
  readonly look: string;
}

/** Each cause in words for whoever is paged. */
export const CAUSE_WORDS: Readonly<Record<Cause, CauseWords>> = {
  no_endpoints: {
    seen: 'there is no endpoint',
    look: 'Look at the last deployment: nothing is listed that could serve.',
  },
  connection_refused: {
    seen: 'connections are refused',
    look: 'The machine is there and nothing listens: look whether the application runs, and on which port.',
  },
  connection_timeout: {
    seen: 'connections time out',
    look: 'Look at the network, firewalls and whether the machines are there.',
  },
  connection_reset: {
    seen: 'connections break off',
    look: 'Look at the application’s log: it may crash or restart while it works.',
  },
  dns_error: {
    seen: 'the name does not resolve',
    look: 'Look at the name server and at the name in the settings.',
  },
  tls_error: {
    seen: 'TLS fails',
    look: 'Look at the endpoints’ certificates: their names, authority and end.',
  },
  response_timeout: {
    seen: 'no reply comes in time',
    look: 'Connections are accepted: look at what the application waits for, its database first.',
  },
  bad_response: {
    seen: 'replies are not HTTP, or are cut off',
    look: 'Look at what listens there, and at the application’s log.',
  },
  upstream_status: {
    seen: 'replies are errors (5xx)',
    look: 'Look at the application’s log: it runs and fails.',
  },
  probe_failed: {
    seen: 'probes are answered, but not as they should be',
    look: 'Ask for the probe’s path by hand, and compare the status with the settings.',
  },
};

/** How long, in the two largest units: `2 h 5 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** A point in time for people who compare logs: UTC, with the date where it is not today. */
export function when(at: number, now: number): Markup {
  const iso = new Date(at).toISOString();
  const isToday = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  const shown = isToday ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return html`<time datetime="${iso}">${shown} UTC</time>`;
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** A number with its thousands apart. */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** A rate or a share: tenths below a hundred. */
export function rate(value: number): string {
  return value === 0 ? '0' : value < 100 ? TENTHS.format(value) : WHOLE.format(value);
}

/** A token of the program as words: `not_processed` is "not processed". */
export function inWords(token: string): string {
  return token.replaceAll('_', ' ');
}
