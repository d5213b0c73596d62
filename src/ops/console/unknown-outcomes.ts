import type { OutcomeTotals, UnknownOutcome } from '../../outage/unknown-outcomes.ts';
import type { OpsDeps } from '../deps.ts';
import { LONGEST_NOTE } from '../tick-outcome.ts';
import { html, type Markup } from './html.ts';
import { inWords, when, whole } from './words.ts';

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER, upstream: null };
const SHOWN = 50;

/** What the console shows of the writes with unknown outcome. */
export interface Outcomes {
  readonly totals: OutcomeTotals;
  readonly open: readonly UnknownOutcome[];
  /** Those that were ticked off, the latest of them. */
  readonly ticked: readonly UnknownOutcome[];
}

/** Reads the list; null while the store cannot be read, which has told so in the log. */
export async function readOutcomes({
  answers,
}: Pick<OpsDeps, 'answers'>): Promise<Outcomes | null> {
  const { unknownOutcomes } = answers;
  try {
    const [totals, open, all] = await Promise.all([
      unknownOutcomes.totals(EVER),
      unknownOutcomes.list(EVER, { isUnticked: true, limit: SHOWN }),
      unknownOutcomes.list(EVER, { limit: SHOWN }),
    ]);
    return { totals, open, ticked: all.filter(({ ticked }) => ticked !== null) };
  } catch {
    return null;
  }
}

/** Writes of which nobody here can know whether they were done: payments first, to be ticked off. */
export function unknownPart(outcomes: Outcomes | null, formToken: string, now: number): Markup {
  if (outcomes === null)
    return html`<p class="flag">▲ The store cannot be read: the log says why.</p>`;
  const { totals, open, ticked } = outcomes;
  if (totals.listed === 0)
    return html`<p>None: every write was answered by its upstream, or never sent.</p>`;
  return html`<p><b>${whole(totals.unticked)}</b> of ${whole(totals.listed)} to be looked at, ${whole(totals.payments)} of all are payments${
    totals.notListed > 0 &&
    html`; ${whole(totals.notListed)} more are counted and not listed, none of them a payment`
  }. <a href="/api/unknown-outcomes.csv">As CSV</a></p>
${open.length > 0 && table('To be looked at', open, { formToken, now })}
${open.length < totals.unticked && html`<p class="note">The first ${open.length}. All are in the CSV.</p>`}
${ticked.length > 0 && html`<details id="ticked"><summary>Ticked off</summary>${table('Ticked off', ticked, { formToken, now })}</details>`}`;
}

interface Showing {
  readonly formToken: string;
  readonly now: number;
}

function table(title: string, outcomes: readonly UnknownOutcome[], showing: Showing): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Unknown outcomes: ${title}"><table class="outcomes">
<thead><tr><th scope="col">Write</th><th scope="col">Time</th><th scope="col">Reference</th><th scope="col">Route</th><th scope="col">Client</th><th scope="col" class="number">Status</th><th scope="col">What became of it</th></tr></thead>
<tbody>${outcomes.map((outcome) => row(outcome, showing))}</tbody></table></div>`;
}

function row(outcome: UnknownOutcome, showing: Showing): Markup {
  const { at, reference, route, method, clientKind, status, isPayment } = outcome;
  return html`<tr><th scope="row">${isPayment && html`<b>Payment</b> `}${method}</th><td>${when(at, showing.now)}</td><td><a href="/?reference=${encodeURIComponent(reference)}#reference"><code>${reference}</code></a></td><td>${route ?? '–'}</td><td>${inWords(clientKind)}</td><td class="number">${status}</td><td>${tick(outcome, showing)}</td></tr>`;
}

function tick({ id, reference, ticked }: UnknownOutcome, { formToken, now }: Showing): Markup {
  const hidden = html`<input type="hidden" name="form" value="${formToken}"><input type="hidden" name="id" value="${id}">`;
  if (ticked !== null) {
    return html`${ticked.note ?? 'Looked at'}, ${ticked.by ?? 'somebody'}, ${when(ticked.at, now)} <form method="post" action="/console/outcome/untick">${hidden}<button aria-label="Take back: ${reference}">Take back</button></form>`;
  }
  return html`<form method="post" action="/console/outcome/tick" class="row">${hidden}<input name="note" maxlength="${LONGEST_NOTE}" aria-label="What was found: ${reference}" placeholder="what was found"><button aria-label="Tick off: ${reference}">Tick off</button></form>`;
}
