import type { Publication, StatusPageState } from '../../statuspage/model.ts';
import type { UpstreamView } from '../views.ts';
import { html, type Markup } from './html.ts';
import { inWords, span, when } from './words.ts';

type Upstreams = readonly Pick<UpstreamView, 'component' | 'verdict'>[];

/** What the status page says, when it was last read, and whether it agrees with what is seen. */
export function statusPagePart(state: StatusPageState, upstreams: Upstreams, now: number): Markup {
  switch (state.kind) {
    case 'none':
      return html`<p class="note">The settings name no status page.</p>`;
    case 'unread':
      return html`<p>${link(state.url)} has not been read yet.</p>`;
    case 'unreachable':
      return html`<p class="flag">▲ ${link(state.url)} cannot be read${
        state.readAt === null ? '.' : html`; what follows was read ${span(now - state.readAt)} ago.`
      }</p>${state.publication !== null && published(state.publication, upstreams, now)}`;
    case 'read':
      return html`<p>● ${link(state.url)} was read ${when(state.readAt, now)}, ${span(now - state.readAt)} ago.</p>${published(state.publication, upstreams, now)}`;
  }
}

function published(publication: Publication, upstreams: Upstreams, now: number): Markup {
  const { incidents, components, isSilentOnIncidents = false } = publication;
  const open = incidents.filter(({ state }) => state !== 'resolved');
  return html`${flags(publication, upstreams)}<p>It says: <b>${publication.description || publication.indicator}</b></p>
${isSilentOnIncidents && html`<p class="note">It would not say which incidents are open.</p>`}
${open.length > 0 && html`<ul class="plain">${open.map((incident) => html`<li><b>${incident.name}</b>: ${incident.rawStatus}, updated ${when(incident.updatedAt, now)}<br>${incident.updates[0]?.text ?? ''}</li>`)}</ul>`}
${components.length > 0 && html`<ul class="components">${components.map(({ name, status }) => html`<li>${status === 'operational' ? '●' : '▲'} ${name}: ${inWords(status)}</li>`)}</ul>`}`;
}

/** The two ways in which it may disagree with what is seen here. */
function flags(publication: Publication, upstreams: Upstreams): Markup {
  const told = upstreams.flatMap(({ component, verdict }) => {
    const listed = publication.components.find(({ name }) => name === component);
    const sees = verdict === 'down';
    const says = listed?.status ?? (publication.indicator === 'none' ? 'operational' : 'unknown');
    const named = component ?? 'an upstream';
    if (sees && says === 'operational') {
      return [
        html`<p class="flag">■ We see an outage of ${named}; the status page says operational.</p>`,
      ];
    }
    const isOutage = listed?.status === 'major_outage' || listed?.status === 'partial_outage';
    if (verdict === 'up' && isOutage) {
      return [
        html`<p class="flag">▲ The status page says ${inWords(listed.status)} for ${named}; we see none.</p>`,
      ];
    }
    return [];
  });
  return html`${told}`;
}

function link(url: string): Markup {
  return html`<a href="${url}" rel="noreferrer">${url}</a>`;
}
