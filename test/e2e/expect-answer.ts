import { expect } from 'vitest';
import type { Got } from '../support/ask.ts';

const REFERENCE = /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/;

/** The heading of a page. */
export function headingOf(page: Got): string | undefined {
  return /<h1[^>]*>([^<]*)<\/h1>/.exec(wordsOf(page))?.[1];
}

/** A page with its apostrophes as a reader sees them. */
export function wordsOf({ text }: Got): string {
  return text.replaceAll('&#39;', "'");
}

/** What every answer of ours carries, whatever its form. */
export function expectAnswer(got: Got, status = 503): void {
  const { headers } = got;
  expect(got.status).toBe(status);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['candor-disposition']).toMatch(/^(?:not_processed|unknown); retry-safe=\?[01]; /);
  expect(headers.link).toMatch(/^<http:\/\/127\.0\.0\.1:\d+\/>; rel="status"$/);
  expect(headers['proxy-status']).toMatch(/^candor(?:$|; )/);
  expect(headers['x-request-id']).toMatch(REFERENCE);
  expect(headers['x-robots-tag']).toBe('noindex');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-length']).toBe(String(got.body.length));
  expect(headers['content-language']).toBe('en');
  expect(headers.vary).toContain('Accept');
  for (const never of ['set-cookie', 'location', 'etag', 'www-authenticate', 'transfer-encoding']) {
    expect(headers[never]).toBeUndefined();
  }
  // Neither an address behind the gateway nor the name of a library is anybody's business.
  const own = String(headers.link);
  const whole = `${got.reasonPhrase}${JSON.stringify(headers)}${got.text}`.replaceAll(
    statusPageOf(own),
    '',
  );
  expect(whole).not.toMatch(/127\.0\.0\.1|localhost|undici|ECONN|at async/);
}

/** The status page is the one address that clients are told. */
function statusPageOf(link: string): string {
  return /^<([^>]*)\/>/.exec(link)?.[1] ?? 'none';
}
