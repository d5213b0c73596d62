import { ROWS } from '../../answer/client-table.ts';
import type { AnswerRecord } from '../../outage/answer-facts.ts';
import type { FoundReference } from '../../outage/answer-log.ts';
import type { OpsDeps } from '../deps.ts';
import { html, type Markup } from './html.ts';
import { inWords, when } from './words.ts';

/** What was looked for; null where nothing was. */
export interface Search {
  readonly reference: string;
  /** Null while the store cannot be read. */
  readonly found: FoundReference | null;
}

/** Looks for the reference that the address names. */
export async function searchFor(
  { answers }: Pick<OpsDeps, 'answers'>,
  asked: URLSearchParams,
): Promise<Search | null> {
  const reference = asked.get('reference')?.trim() ?? '';
  if (reference === '') return null;
  // The store has told in the log why.
  return { reference, found: await answers.find(reference).catch(() => null) };
}

/** Finds what one client was answered, and why, by what people read out from their page. */
export function referencePart(search: Search | null, now: number): Markup {
  return html`<form method="get" action="/#reference" class="fields">
<label>Reference, or X-Request-Id <input name="reference" required maxlength="128" value="${search?.reference ?? ''}" autocomplete="off" spellcheck="false"></label>
<button>Find</button></form>${search !== null && results(search, now)}`;
}

function results({ found, reference }: Search, now: number): Markup {
  if (found === null)
    return html`<p class="flag" role="alert">▲ The store cannot be read: the log says why.</p>`;
  const { answers, unknownOutcomes } = found;
  if (answers.length > 0) return html`${answers.map((answer) => record(answer, now))}`;
  if (unknownOutcomes.length > 0) {
    return html`${unknownOutcomes.map(
      ({ at, method, route, status, cause }) =>
        html`<p>${when(at, now)}: ${method} ${route ?? ''} was answered ${status}, its outcome unknown${cause !== null && html` (${inWords(cause)})`}.</p>`,
    )}`;
  }
  return html`<p class="flag" role="alert">No answer with the reference ${reference} is kept. The log may have its line still.</p>`;
}

function record({ at, facts }: AnswerRecord, now: number): Markup {
  const row = ROWS.find(({ kind }) => kind === facts.clientKind);
  const facet = (name: string, value: Markup | string | null): Markup =>
    html`<div><dt>${name}</dt><dd>${value ?? 'none'}</dd></div>`;
  const { evidence, receivedStatus } = facts;
  return html`<dl class="record">
${facet('Answered', html`${when(at, now)}, status ${facts.status}`)}
${facet('Request', `${facts.method}, ${inWords(facts.disposition)}${facts.isPayment ? ', a payment' : ''}`)}
${facet('Client', `${row?.client ?? inWords(facts.clientKind)}${row === undefined ? '' : ` (row ${row.row})`}`)}
${facet('Reason', `${inWords(facts.reason)}${facts.cause === null ? '' : `, ${inWords(facts.cause)}`}`)}
${facet('Route', facts.route)}
${facet('Upstream', facts.upstream === null ? null : html`${facts.upstream}, believed ${facts.verdict}${facts.since !== null && html` since ${when(facts.since, now)}`}`)}
${facet('Sign-in', facts.signIn ? 'an answer about credentials was replaced or held back' : 'no')}
${facet('Reply replaced', receivedStatus === null ? null : `status ${receivedStatus}${facts.receivedFrom === null ? '' : ` from ${facts.receivedFrom}`}`)}
${facet('Evidence', evidence === null ? null : html`rule ${evidence.rule}, by ${evidence.source}, of ${when(evidence.at, now)}`)}
${facet('May be repeated', facts.retrySafe ? 'yes' : 'no')}
</dl>`;
}
