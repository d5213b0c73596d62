import type { Act } from '../../outage/acts.ts';
import type { IncidentRecord } from '../../outage/incident-record.ts';
import type { StatusPageState } from '../../statuspage/model.ts';
import type { OpsDeps } from '../deps.ts';
import { html, type Markup } from './html.ts';
import { CAUSE_WORDS, inWords, span, when } from './words.ts';

/** One line of the timeline: what happened, as whom it is known from. */
interface Happening {
  readonly at: number;
  readonly source: string;
  readonly what: string;
}

const SHOWN = 50;

/** What happened, newest first: incidents, what the status page posted, what operators did. */
export function timelinePart(happenings: readonly Happening[], now: number): Markup {
  if (happenings.length === 0)
    return html`<p class="note">Nothing has happened since the start.</p>`;
  // Of what happened at one moment, what came last is first as well.
  const newest = happenings
    .toReversed()
    .sort((one, two) => two.at - one.at)
    .slice(0, SHOWN);
  return html`<ol class="timeline">${newest.map(
    ({ at, source, what }) =>
      html`<li>${when(at, now)} <span class="source">${source}</span> ${what}</li>`,
  )}</ol><p><a href="/api/incidents/latest/report?format=html">Report of the latest incident</a></p>`;
}

/**
 * What happened: of the latest incident all that the store has, and what operators have done since; from
 * memory where the store has nothing, or cannot be read.
 */
export async function happeningsOf(
  deps: Pick<OpsDeps, 'archive' | 'incidents' | 'acts' | 'statusPage'>,
): Promise<Happening[]> {
  const acts = deps.acts.list();
  const [latest] = deps.incidents.list();
  const events = latest === undefined ? null : await deps.archive.events(latest);
  if (events === null || events.length === 0) {
    const published = publishedHappenings(deps.statusPage());
    return [...incidentHappenings(deps.incidents.list()), ...published, ...actHappenings(acts)];
  }
  const told = events.map(({ at, source, upstream, words }) => {
    return { at, source: upstream === null ? source : `${source}, ${upstream}`, what: words };
  });
  const known = new Set(events.map(({ at }) => at));
  return [...told, ...actHappenings(acts.filter(({ at }) => !known.has(at)))];
}

/** What is known of the incidents as happenings. */
function incidentHappenings(incidents: readonly IncidentRecord[]): Happening[] {
  return incidents.flatMap((incident) => {
    const { upstream, startedAt, detectedAt, resolvedAt, causes, interruptions } = incident;
    const source = `gateway, ${upstream}`;
    const [first] = causes;
    const why = first === undefined ? 'trouble' : CAUSE_WORDS[first].seen;
    return [
      { at: startedAt, source, what: `First failing signal: ${why}` },
      {
        at: detectedAt,
        source,
        what: `Down, ${span(detectedAt - startedAt)} after the first signal`,
      },
      ...interruptions.flatMap(({ from, to }) => [
        { at: from, source, what: 'Served again' },
        { at: to, source, what: 'Trouble came back' },
      ]),
      ...(resolvedAt === null
        ? []
        : [{ at: resolvedAt, source, what: `Resolved after ${span(resolvedAt - startedAt)}` }]),
    ];
  });
}

/** What the status page has posted to its incidents, as last read. */
function publishedHappenings(state: StatusPageState): Happening[] {
  const publication = 'publication' in state ? state.publication : null;
  return (publication?.incidents ?? []).flatMap(({ name, updates }) =>
    updates.map(({ at, rawStatus, text }) => {
      return { at, source: 'status page', what: `${name}: ${rawStatus}. ${text}` };
    }),
  );
}

/** What operators have done, and what they have left to the gateway. */
function actHappenings(acts: readonly Act[]): Happening[] {
  return acts.map(({ at, who, what, upstream, why }) => {
    const named = upstream === null ? '' : `, ${upstream}`;
    const source = `${who.name ?? 'operator'} by ${who.through}`;
    return {
      at,
      source,
      what: `${capital(inWords(what))}${named}${why === null ? '' : `: ${why}`}`,
    };
  });
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
