import type { OpsDeps } from '../deps.ts';
import { html, type Markup } from './html.ts';
import { inWords, when, whole } from './words.ts';

const SHOWN = 20;

/** Whom the gateway tells of incidents, and what could not be delivered. */
export function noticesPart(notices: OpsDeps['notices'], now: number): Markup {
  const targets = notices.targets();
  if (targets.length === 0) return html`<p class="note">The settings name nobody to be told.</p>`;
  const dead = notices.list().filter(({ state }) => state === 'dead');
  return html`<ul class="plain">${targets.map(
    ({ name, kind, waiting, pausedUntil }) =>
      html`<li>${waiting > 0 ? '▲' : '●'} <b>${name}</b> (${kind}): ${whole(waiting)} waiting${pausedUntil !== null && html`, paused until ${when(pausedUntil, now)}`}</li>`,
  )}</ul>${
    dead.length === 0
      ? html`<p>No notice was given up.</p>`
      : html`<p class="flag">■ ${whole(dead.length)} given up: tell them by hand.</p><ul class="plain">${dead
          .slice(0, SHOWN)
          .map(
            ({ target, event, incident, attempts, problem, createdAt }) =>
              html`<li>${when(createdAt, now)} ${target}: ${inWords(event)} of ${incident}, ${attempts} attempts${problem !== null && html`, ${problem}`}</li>`,
          )}</ul>`
  }`;
}
