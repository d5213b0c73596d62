import type { Express, Request, Response } from 'express';
import type { OpsDeps } from './deps.ts';
import type { PreviewAsk, PreviewView } from './preview-views.ts';
import { sendProblem } from './problem-reply.ts';

/**
 * What a page of ours is shown under: no script, no form, no link that leads out of its frame, nothing
 * from outside, and in no frame but the console's. Its style stands in it.
 */
const RAW_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/** A media condition that always holds, and one that never does. */
const THEMES: Readonly<Record<string, string>> = { dark: 'min-width:0', light: 'max-width:0' };

/** `GET /api/preview` and `GET /api/preview/:answer`. Nothing is changed, and nothing is sent to an upstream. */
export function addPreview(app: Express, { preview, previewChoices }: OpsDeps): void {
  app.get('/api/preview', (_request, response) => {
    response.json({
      situations: [{ name: 'now', about: NOW }, ...previewChoices.situations],
      clients: previewChoices.clients,
    });
  });
  app.get('/api/preview/:answer', (request, response) => {
    const when = request.params.answer.replaceAll('_', '-');
    const { searchParams } = new URL(request.url, 'http://ops');
    const isKnown = when === 'now' || previewChoices.situations.some(({ name }) => name === when);
    if (!isKnown)
      return sendProblem(response, 404, 'There is no such situation; GET /api/preview lists them.');
    const found = preview(askOf(when, searchParams));
    if ('fault' in found) return sendProblem(response, 400, found.fault);
    const theme = searchParams.get('theme');
    if (theme !== null && !Object.hasOwn(THEMES, theme)) {
      return sendProblem(response, 400, 'theme is light or dark.');
    }
    if (!wantsRaw(request, searchParams)) return void response.json(found);
    return sendRaw(response, found, theme);
  });
}

const NOW = 'what is believed at this moment';

function askOf(when: string, asked: URLSearchParams): PreviewAsk {
  const one = (name: string): string | undefined => asked.get(name) ?? undefined;
  return {
    when,
    ...{ url: one('url'), as: one('as'), method: one('method') },
    ...{ language: one('language'), disposition: one('disposition') },
    headers: asked.getAll('header'),
  };
}

function wantsRaw(request: Request, asked: URLSearchParams): boolean {
  const raw = asked.get('raw');
  return raw === null ? request.accepts('json', 'html') === 'html' : raw !== '0';
}

/** The body alone, as the client would see it; the status is that of the preview. */
function sendRaw(response: Response, found: PreviewView, theme: string | null): void {
  const { headers, body, encoding, why, status } = found;
  const type = headers['Content-Type'] ?? 'text/plain; charset=utf-8';
  const shown = status === null ? `${why.join('\n')}\n` : body;
  const isPage = type.startsWith('text/html');
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Security-Policy', RAW_POLICY);
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.end(Buffer.from(isPage ? themed(shown, theme) : shown, encoding));
}

/** The page as a reader of this theme sees it, whatever the reader of the preview prefers. */
function themed(page: string, theme: string | null): string {
  const condition = THEMES[theme ?? ''];
  return condition === undefined ? page : page.replace(/prefers-color-scheme:\s*dark/g, condition);
}
