import type { Upstream } from '../upstream/upstream.ts';
import type { EndpointView, UpstreamView } from './views.ts';

/** The part of an upstream that operators see. */
export type Visible = Pick<Upstream, 'settings' | 'belief' | 'endpoints' | 'discovery' | 'counts'>;

/** An upstream as operators see it at this moment. */
export function viewOf(upstream: Visible): UpstreamView {
  const { settings, belief, discovery, counts } = upstream;
  const { verdict } = belief;
  return {
    name: settings.name,
    component: belief.component,
    verdict: verdict.state,
    cause: verdict.state === 'up' ? null : verdict.cause,
    since: verdict.state === 'up' ? null : isoOf(verdict.since),
    detectedAt: 'detectedAt' in verdict ? isoOf(verdict.detectedAt) : null,
    endpoints: upstream.endpoints.map(endpointView),
    discovery: {
      kind: settings.discovery.kind,
      count: discovery.count,
      lastAnswerAt: discovery.lastAnswerAt === null ? null : isoOf(discovery.lastAnswerAt),
      error: discovery.error,
    },
    counts,
  };
}

function endpointView(endpoint: Upstream['endpoints'][number]): EndpointView {
  const { url, setAside, failures, lastProbe } = endpoint;
  if (lastProbe === null) return { url, setAside, failures, lastProbe };
  const { ok, cause, ms, at } = lastProbe;
  return { url, setAside, failures, lastProbe: { ok, cause, ms: tenths(ms), at: isoOf(at) } };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
