import type { Upstream } from '../upstream/upstream.ts';
import { isoOf, isoOrNull } from './iso-of.ts';
import type { EndpointView, UpstreamView } from './views.ts';

/** The part of an upstream that operators see. */
export type Visible = Pick<
  Upstream,
  'settings' | 'belief' | 'relapses' | 'endpoints' | 'discovery' | 'counts' | 'retriesLeft'
>;

/** An upstream as operators see it at this moment. */
export function viewOf(upstream: Visible): UpstreamView {
  const { settings, belief, relapses, discovery, counts, retriesLeft } = upstream;
  const { verdict } = belief;
  return {
    name: settings.name,
    component: belief.component,
    verdict: verdict.state,
    cause: verdict.state === 'up' ? null : verdict.cause,
    since: verdict.state === 'up' ? null : isoOf(verdict.since),
    detectedAt: 'detectedAt' in verdict ? isoOf(verdict.detectedAt) : null,
    relapses: relapses.count,
    recoveryMs: relapses.streakMs,
    endpoints: upstream.endpoints.map(endpointView),
    discovery: {
      kind: settings.discovery.kind,
      count: discovery.count,
      desired: discovery.desired,
      isDecided: discovery.isDecided,
      lastAnswerAt: isoOrNull(discovery.lastAnswerAt),
      error: discovery.error,
    },
    retriesLeft,
    counts,
  };
}

function endpointView(endpoint: Upstream['endpoints'][number]): EndpointView {
  const { url, setAside, failures, successes, outstanding, weight, lastProbe } = endpoint;
  const view = {
    ...{ url, setAside, failures, successes, outstanding },
    weight: hundredths(weight),
  };
  if (lastProbe === null) return { ...view, lastProbe };
  const { ok, cause, ms, at } = lastProbe;
  return { ...view, lastProbe: { ok, cause, ms: Math.round(ms * 10) / 10, at: isoOf(at) } };
}

function hundredths(share: number): number {
  return Math.round(share * 100) / 100;
}
