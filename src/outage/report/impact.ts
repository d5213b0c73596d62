import type { ReportFacts, ReportFigure } from './model.ts';
import { counted } from './spoken.ts';

/** So that a number that is missing is not taken for zero. */
const NOT_RECORDED = 'not recorded';

/** What the outage has meant, in numbers. */
export function impactOf(facts: ReportFacts): ReportFigure[] {
  const { incident } = facts;
  const { requests, misleadingReplies } = incident;
  const sum = (of: (tally: (typeof requests)[number]) => boolean): number =>
    requests.filter(of).reduce((total, { count }) => total + count, 0);
  return [
    { what: 'People affected', value: peopleOf(facts) },
    {
      what: 'Requests answered in its place',
      value: sum(() => true).toLocaleString('en-US'),
    },
    {
      what: 'of them not sent on: a repeat is safe',
      value: sum(({ disposition }) => disposition === 'not_processed').toLocaleString('en-US'),
    },
    {
      what: 'of them sent on, and no reply came that could be passed back',
      value: sum(({ disposition }) => disposition === 'unknown').toLocaleString('en-US'),
    },
    { what: 'of them by client', value: byKind(requests) },
    { what: 'Writes of unknown outcome', value: writesOf(facts) },
    {
      what: 'Misleading replies prevented',
      value: misleadingReplies.count.toLocaleString('en-US'),
    },
  ];
}

/** Who was answered and who was counted has to agree: nobody counted among people answered is no zero. */
function peopleOf({ incident: { people, requests } }: ReportFacts): string {
  if (people > 0) return `about ${people.toLocaleString('en-US')}`;
  return requests.some(({ clientKind }) => clientKind === 'person') ? NOT_RECORDED : '0';
}

function byKind(requests: ReportFacts['incident']['requests']): string {
  const kinds = new Map<string, number>();
  for (const { clientKind, count } of requests) {
    kinds.set(clientKind, (kinds.get(clientKind) ?? 0) + count);
  }
  const sorted = [...kinds].sort(([, one], [, other]) => other - one);
  const words = sorted.map(([kind, count]) => `${count.toLocaleString('en-US')} ${kind}`);
  return words.join(', ') || 'none';
}

function writesOf({ unknownOutcomes }: ReportFacts): string {
  if (unknownOutcomes === null) return NOT_RECORDED;
  const { listed, payments, unticked, notListed } = unknownOutcomes;
  const all = listed + notListed;
  if (all === 0) return '0';
  const checked =
    unticked + notListed === 0
      ? 'all checked'
      : `${counted(unticked + notListed, 'write')} not checked yet`;
  return `${all.toLocaleString('en-US')} (${counted(payments, 'payment')}; ${checked})`;
}
