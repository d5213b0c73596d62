import { escapeMarkup } from './escape.ts';
import { bytesOf } from './slots.ts';
import type { PublicStatus } from './status-json.ts';
import type { Wording } from './wording.ts';

/** The names after `problems/` in a problem's `type`, and what each is explained with. */
const EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  'not-processed': ['not_processed'],
  'outcome-unknown': ['outcome_unknown', 'unanswered'],
  maintenance: ['maintenance'],
  'sign-in-unavailable': ['sign_in'],
  overload: ['overload'],
  'unknown-route': ['unknown_route'],
};

/**
 * The short page at a problem's `type` address, for the developer who follows it: UX.md, section
 * 6.1. Null for a name that no problem has.
 */
export function problemPage(name: string, wording: Wording): PublicStatus | null {
  const cases = Object.hasOwn(EXPLAINED, name) ? EXPLAINED[name] : undefined;
  if (cases === undefined) return null;
  const title = escapeMarkup(wording.line(`title.${cases[0]}`));
  const details = cases.map((each) => `<p>${escapeMarkup(wording.line(`detail.${each}`))}</p>`);
  const page = `<!doctype html><html lang="${wording.language}" dir="${wording.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"></head><body><main><h1>${title}</h1>${details.join('')}</main></body></html>\n`;
  const body = bytesOf(page);
  return {
    status: 200,
    headers: [
      ...['Content-Type', 'text/html; charset=utf-8'],
      ...['Content-Length', String(body.length)],
      ...['Cache-Control', 'no-store'],
      ...['Vary', 'Accept-Language'],
      ...['Content-Language', wording.language],
      ...['X-Robots-Tag', 'noindex'],
      ...['X-Content-Type-Options', 'nosniff'],
      ...['Referrer-Policy', 'no-referrer'],
      'Content-Security-Policy',
      "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'",
    ],
    body,
  };
}
