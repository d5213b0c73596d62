import type { OpsDeps } from '../deps.ts';
import type { PreviewView } from '../preview-views.ts';
import { html, type Markup } from './html.ts';
import { whole } from './words.ts';

type PreviewDeps = Pick<OpsDeps, 'preview' | 'previewChoices'>;

/** A choice of the form, by the parameter that it is asked with. */
function select(
  { name, label, options }: { name: string; label: string; options: readonly string[] },
  asked: URLSearchParams,
): Markup {
  const chosen = asked.get(name) ?? '';
  return html`<label>${label} <select name="${name}">${options.map(
    (option) =>
      html`<option value="${option}"${option === chosen && html` selected`}>${option || 'as it is'}</option>`,
  )}</select></label>`;
}

/** What a client would get: the form, and what was asked for in a frame that can do nothing. */
export function previewPart(
  { preview, previewChoices }: PreviewDeps,
  asked: URLSearchParams,
): Markup {
  const { situations, clients } = previewChoices;
  const names = (choices: readonly { readonly name: string }[]) => choices.map(({ name }) => name);
  const whenOptions = ['now', ...names(situations)];
  return html`<form method="get" action="/#preview" class="fields">
${select({ name: 'when', label: 'Page or answer', options: whenOptions }, asked)}
${select({ name: 'as', label: 'Client', options: names(clients) }, asked)}
${select({ name: 'disposition', label: 'Request', options: ['', 'not_processed', 'unknown'] }, asked)}
${select({ name: 'theme', label: 'Theme', options: ['', 'light', 'dark'] }, asked)}
<label>Language <input name="language" size="8" maxlength="35" value="${asked.get('language') ?? ''}" placeholder="en"></label>
<button>Show</button></form>
${asked.has('when') && shown(preview, asked)}`;
}

function shown(preview: OpsDeps['preview'], asked: URLSearchParams): Markup {
  const one = (name: string): string | undefined => asked.get(name) || undefined;
  const ask = {
    ...{
      when: one('when') ?? 'now',
      url: undefined,
      as: one('as'),
      method: undefined,
      headers: [],
    },
    ...{ language: one('language'), disposition: one('disposition') },
  };
  const found = preview(ask);
  if ('fault' in found) return html`<p class="flag" role="alert">${found.fault}</p>`;
  const query = new URLSearchParams({ raw: '1' });
  for (const name of ['as', 'disposition', 'theme', 'language']) {
    const value = one(name);
    if (value !== undefined) query.set(name, value);
  }
  const bytes = Buffer.byteLength(found.body, found.encoding);
  return html`<p><b>${found.status === null ? 'Passed on to the upstream' : `Status ${found.status}`}</b>, ${whole(bytes)} bytes</p>
${headers(found)}
<iframe sandbox="" title="Preview: ${ask.when}" src="/api/preview/${encodeURIComponent(ask.when)}?${query.toString()}"></iframe>
<details><summary>Why</summary><ul>${found.why.map((sentence) => html`<li>${sentence}</li>`)}</ul></details>`;
}

function headers({ headers: fields }: PreviewView): Markup {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return html`<details><summary>${lines.length} header fields</summary><pre tabindex="0">${lines.join('\n')}</pre></details>`;
}
