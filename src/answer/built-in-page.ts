import { escapeMarkup } from './escape.ts';

/**
 * The page that needs no template, no style and no locale file: at most 1 KB, for the moment in
 * which rendering itself fails. Never throws.
 */
export function builtInPage(h1: string, statusPage: string | null): string {
  const heading = escapeMarkup(h1.slice(0, 200));
  const isShort = statusPage !== null && statusPage.length <= 300;
  const link = isShort
    ? `<p><a href="${escapeMarkup(statusPage)}">Open the status page</a></p>`
    : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title></head><body><main><h1>${heading}</h1>${link}<p>Reference: \uFDD0</p></main></body></html>`;
}
