import type { IncidentRecord } from '../../outage/incident-record.ts';
import type { GatewayCounts } from '../gateway-counts.ts';
import { html, type Markup } from './html.ts';
import { inWords, whole } from './words.ts';

type Counted = Pick<GatewayCounts, 'answers' | 'misleading' | 'eventStreams' | 'held' | 'inFlight'>;

/** Whom it meets: what was answered since the start, to whom and why. */
export function impactPart(counts: Counted, incidents: readonly IncidentRecord[]): Markup {
  return html`<dl class="tiles">
${people(incidents)}
<div><dt>Pages open now</dt><dd>${whole(counts.eventStreams)}</dd></div>
<div><dt>Requests waiting</dt><dd>${whole(counts.held)}</dd></div>
<div><dt>Sign-in answers replaced</dt><dd>${whole(replaced(counts))}</dd></div>
</dl>${answers(counts)}`;
}

/** Of the incidents that are open, or of the latest one. */
function people(incidents: readonly IncidentRecord[]): Markup {
  const open = incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const told = open.length > 0 ? open : incidents.slice(0, 1);
  const count = told.reduce((sum, incident) => sum + incident.people, 0);
  const of = open.length > 0 ? 'People affected' : 'People affected, last incident';
  return html`<div><dt>${of}</dt><dd>${told.length === 0 ? '–' : `about ${whole(count)}`}</dd></div>`;
}

function replaced({ misleading }: Counted): number {
  let count = 0;
  for (const each of misleading.values()) count += each.count;
  return count;
}

function answers({ answers: all }: Counted): Markup {
  const rows = new Map<string, { who: string; why: string; what: string; count: number }>();
  for (const { kind, reason, disposition, count } of all.values()) {
    const key = `${kind} ${reason} ${disposition}`;
    const known = rows.get(key);
    const words = { who: inWords(kind), why: inWords(reason), what: inWords(disposition) };
    rows.set(key, { ...words, count: (known?.count ?? 0) + count });
  }
  if (rows.size === 0)
    return html`<p class="note">No answer was given in an upstream’s place since the start.</p>`;
  const sorted = [...rows.values()].sort((one, two) => two.count - one.count);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Answers by client kind and reason"><table>
<caption>Answers since the start of the program</caption>
<thead><tr><th scope="col">Client</th><th scope="col">Reason</th><th scope="col">Request</th><th scope="col" class="number">Answers</th></tr></thead>
<tbody>${sorted.map(
    ({ who, why, what, count }) =>
      html`<tr><th scope="row">${who}</th><td>${why}</td><td>${what}</td><td class="number">${whole(count)}</td></tr>`,
  )}</tbody></table></div>`;
}
