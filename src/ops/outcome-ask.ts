import type { Request } from 'express';
import { type OutcomeWish, writesOf } from '../outage/unknown-outcomes.ts';
import type { OpsDeps } from './deps.ts';

/** What of the writes with unknown outcome is asked for. */
export interface OutcomeAsk {
  readonly wish: OutcomeWish;
  readonly isUnticked: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** In one answer of the API, at most. */
const MOST = 1_000;

/** Reads the parameters; what is wrong with them comes back with the status that says it. */
export function readOutcomeAsk(
  { url }: Pick<Request, 'url'>,
  incidents: OpsDeps['incidents'],
): OutcomeAsk | { readonly status: 400 | 404; readonly fault: string } {
  const { searchParams } = new URL(url, 'http://ops');
  const limit = numberOf(searchParams.get('limit'), MOST);
  const offset = numberOf(searchParams.get('offset'), 0);
  const from = timeOf(searchParams.get('from'), 0);
  const to = timeOf(searchParams.get('to'), Number.MAX_SAFE_INTEGER);
  if (limit === null || offset === null) return faulty('limit and offset are whole numbers.');
  if (from === null || to === null)
    return faulty('from and to are times such as 2023-07-19T15:24Z.');
  const rest = {
    isUnticked: searchParams.get('unticked') === '1',
    limit: Math.min(limit, MOST),
    offset,
  };
  const id = searchParams.get('incident');
  if (id === null) return { wish: { from, to, upstream: searchParams.get('upstream') }, ...rest };
  const [latest = null] = id === 'latest' ? incidents.list() : [];
  const incident = latest ?? incidents.find(id);
  if (incident === null) return { status: 404, fault: 'There is no incident of this id.' };
  return { wish: writesOf(incident), ...rest };
}

function faulty(fault: string) {
  return { status: 400, fault } as const;
}

function numberOf(text: string | null, missing: number): number | null {
  if (text === null) return missing;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function timeOf(text: string | null, missing: number): number | null {
  if (text === null) return missing;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
