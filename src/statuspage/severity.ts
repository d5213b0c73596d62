import type { Component, Impact, Publication } from './model.ts';

/** From the best to the worst. `unknown` is worse than `none`: a page that says nothing readable is not well. */
const FROM_BEST = ['none', 'unknown', 'maintenance', 'minor', 'major', 'critical'] as const;

/** The impact of a component's status on those who use that component. */
const COMPONENT_IMPACT = {
  operational: 'none',
  unknown: 'unknown',
  under_maintenance: 'maintenance',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
} as const satisfies Record<Component['status'], Impact>;

/**
 * How bad the status page says it is for the users of one component.
 *
 * The highest of the page's indicator, the unresolved incidents' impact, and the status of the
 * component with that name (null: no component). The indicator alone lags: a recorded `major`
 * incident is open under `minor`. The gateway's own verdict is the caller's to add, by
 * `worstImpact`.
 */
export function publishedSeverity(publication: Publication, component: string | null): Impact {
  const unresolved = publication.incidents.filter((incident) => incident.state !== 'resolved');
  const mapped = publication.components.filter((candidate) => candidate.name === component);
  return worstImpact([
    publication.indicator,
    ...unresolved.map((incident) => incident.impact),
    ...mapped.map((candidate) => COMPONENT_IMPACT[candidate.status]),
  ]);
}

/** The worst of some impacts; `none` when there are none. */
export function worstImpact(impacts: readonly Impact[]): Impact {
  const ranks = impacts.map((impact) => FROM_BEST.indexOf(impact));
  return FROM_BEST[Math.max(0, ...ranks)] ?? 'none';
}
