import type { EndpointView, UpstreamView } from '../views.ts';
import { html, type Markup } from './html.ts';
import type { SampleReader } from './samples.ts';
import { badge, CAUSE_WORDS, inWords, rate, span, when, whole } from './words.ts';

/** Each upstream with its endpoints, discovery and numbers; those in trouble first. */
export function upstreamsPart(
  upstreams: readonly UpstreamView[],
  samples: Pick<SampleReader, 'paceOf'>,
  now: number,
): Markup {
  const sorted = [...upstreams].sort((one, two) => rank(one) - rank(two));
  return html`${sorted.map((upstream) => card(upstream, samples, now))}`;
}

function rank({ verdict }: UpstreamView): number {
  return verdict === 'down' ? 0 : verdict === 'up' ? 2 : 1;
}

function card(upstream: UpstreamView, samples: Pick<SampleReader, 'paceOf'>, now: number): Markup {
  const { name, component, verdict, cause, since } = upstream;
  return html`<article class="card ${verdict}" aria-labelledby="upstream-${name}">
<h3 id="upstream-${name}">${badge(verdict)} ${component ?? name}${component !== null && html` <small>${name}</small>`}</h3>
${cause !== null && html`<p>${CAUSE_WORDS[cause].seen} <code>${cause}</code>${since !== null && html`, since ${when(Date.parse(since), now)} (${span(now - Date.parse(since))})`}</p>`}
${numbers(upstream, samples)}
<p>${discovered(upstream, now)}</p>
${upstream.endpoints.length > 0 && endpoints(upstream, now)}
</article>`;
}

function numbers({ name, counts }: UpstreamView, samples: Pick<SampleReader, 'paceOf'>): Markup {
  const pace = samples.paceOf(name);
  const failed = pace?.failedPercent ?? null;
  return html`<dl class="tiles">
<div><dt>Requests/s, last 10 s</dt><dd>${pace === null ? '–' : rate(pace.perSecond)}</dd></div>
<div><dt>Failed</dt><dd>${failed === null ? '–' : `${rate(failed)} %`}</dd></div>
<div><dt>p50 / p95, about</dt><dd>${milliseconds(pace?.p50Ms)} / ${milliseconds(pace?.p95Ms)}</dd></div>
<div><dt>In flight</dt><dd>${whole(counts.outstanding)}</dd></div>
</dl>`;
}

function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  return ms < 1_000 ? `${rate(ms)} ms` : `${rate(ms / 1_000)} s`;
}

function discovered({ discovery }: UpstreamView, now: number): Markup {
  const { kind, count, desired, isDecided, lastAnswerAt, error } = discovery;
  const of = desired === null ? '' : ` of ${desired}`;
  const listed = `${count}${of} ${count === 1 && desired === null ? 'endpoint' : 'endpoints'}`;
  if (kind === 'static') return html`${listed} in the settings.`;
  return html`${listed} by ${kind}${isDecided && ', none because somebody decided so'}${
    lastAnswerAt !== null && html`; last answer ${when(Date.parse(lastAnswerAt), now)}`
  }${error !== null && html`. <b>Discovery fails: <code>${error}</code></b>; the last known endpoints are kept`}.`;
}

function endpoints({ name, endpoints: all }: UpstreamView, now: number): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Endpoints of ${name}"><table class="endpoints">
<thead><tr><th scope="col">Endpoint</th><th scope="col">State</th><th scope="col">Last probe</th><th scope="col" class="number">In a row</th><th scope="col" class="number">In flight</th></tr></thead>
<tbody>${all.map((endpoint) => endpointRow(endpoint, now))}</tbody></table></div>`;
}

function endpointRow(
  { url, setAside, failures, successes, outstanding, weight, lastProbe }: EndpointView,
  now: number,
): Markup {
  const state = setAside
    ? '▲ set aside'
    : weight < 1
      ? `◆ starting, ${rate(weight * 100)} %`
      : '● in use';
  return html`<tr><th scope="row"><code>${url}</code></th><td>${state}</td><td>${probe(lastProbe, now)}</td><td class="number">${failures > 0 ? `${whole(failures)} failed` : `${whole(successes)} good`}</td><td class="number">${outstanding}</td></tr>`;
}

function probe(last: EndpointView['lastProbe'], now: number): Markup {
  if (last === null) return html`none yet`;
  const told = last.ok ? 'good' : `bad: ${inWords(last.cause ?? 'unknown')}`;
  return html`${told}, ${last.ms} ms, ${when(Date.parse(last.at), now)}`;
}
