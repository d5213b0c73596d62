import type { Cause } from '../../src/outage/cause.ts';
import type { IncidentChange } from '../../src/outage/incident.ts';
import { Incidents } from '../../src/outage/incidents.ts';
import type { Belief, Verdict } from '../../src/outage/verdict.ts';
import { linesInto } from '../support/log-lines.ts';

/** Times count from here. */
export const AT: number = Date.UTC(2023, 6, 19, 15, 24);
export const UP: Verdict = { state: 'up' };
export const MINUTE = 60_000;

/** Incidents with what they tell, and what moves them: verdicts of upstreams, by milliseconds from `AT`. */
export function followed() {
  const lines: Record<string, unknown>[] = [];
  const told: string[] = [];
  const incidents = new Incidents(linesInto(lines), {
    onChange: ({ upstream }, change: IncidentChange) => void told.push(`${upstream} ${change}`),
  });
  const beliefs = new Map<string, Belief>();
  const believe = (verdict: Verdict, at: number, upstream = 'app') => {
    const previous = beliefs.get(upstream) ?? { upstream, component: null, verdict: UP };
    const belief = { ...previous, verdict };
    beliefs.set(upstream, belief);
    incidents.follow({ belief, previous, at: AT + at, flapMs: 5 * MINUTE });
  };
  const suspect = (at: number, upstream?: string) =>
    believe({ state: 'suspect', cause: 'no_endpoints', since: AT + at }, at, upstream);
  const goDown = (at: number, upstream?: string, cause: Cause = 'no_endpoints') => {
    const times = { since: AT + at, detectedAt: AT + at + 600 };
    believe({ state: 'down', cause, ...times }, at + 600, upstream);
  };
  const recover = (at: number, upstream?: string) => {
    const times = { since: AT, detectedAt: AT, recoveredAt: AT + at };
    believe({ state: 'recovering', cause: 'no_endpoints', ...times }, at, upstream);
    believe(UP, at + 1000, upstream);
  };
  return { incidents, lines, told, believe, suspect, goDown, recover };
}
