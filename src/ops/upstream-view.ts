import type { Upstream } from '../upstream/upstream.ts';
import type { UpstreamView } from './views.ts';

/** What operators see of an upstream at this moment. */
export function viewOf({ settings, belief, endpoints, discovery }: Upstream): UpstreamView {
  const { verdict } = belief;
  const isWell = verdict.state === 'up';
  return {
    name: settings.name,
    component: settings.component,
    verdict: verdict.state,
    cause: isWell ? null : verdict.cause,
    since: isWell ? null : timeText(verdict.since),
    detectedAt: 'detectedAt' in verdict ? timeText(verdict.detectedAt) : null,
    endpoints: endpoints.map(({ url, setAside, lastProbe }) => ({
      url,
      setAside,
      lastProbe: lastProbe === null ? null : { ...lastProbe, at: timeText(lastProbe.at) },
    })),
    discovery: {
      kind: settings.discovery.kind,
      count: discovery.count,
      lastAnswerAt: discovery.lastAnswerAt === null ? null : timeText(discovery.lastAnswerAt),
      error: discovery.error,
    },
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
