import type { RequestFields } from './request-fields.ts';

const LONGEST = 2000;

/**
 * Where a page leads back to, always by GET: a GET's own address; else the page that the request
 * came from, if that is of the same origin; else `/`.
 *
 * What comes out starts with one `/`, is printable ASCII, and cannot leave the site. It is not yet
 * escaped for the place where it is printed.
 */
export function returnTo(method: string, target: string, fields: RequestFields): string {
  const path =
    method === 'GET' || method === 'HEAD' ? target : sameOriginPath(fields.referer, fields.host);
  return isLocal(path) ? path : '/';
}

/** The path and query of a `Referer` whose authority is the `Host` that was asked. */
function sameOriginPath(referer: string | undefined, host: string | undefined): string {
  if (referer === undefined || host === undefined) return '/';
  const start = referer.indexOf('://');
  if (start < 0 || !/^https?$/i.test(referer.slice(0, start))) return '/';
  const slash = referer.indexOf('/', start + 3);
  if (slash < 0 || referer.slice(start + 3, slash).toLowerCase() !== host.toLowerCase()) return '/';
  const fragment = referer.indexOf('#', slash);
  return fragment < 0 ? referer.slice(slash) : referer.slice(slash, fragment);
}

/** One `/` first, then no second one and no `\`, which browsers read as one; no blank or control. */
function isLocal(path: string): boolean {
  const second = path.charCodeAt(1);
  if (path.charCodeAt(0) !== 0x2f || second === 0x2f || second === 0x5c) return false;
  if (path.length > LONGEST) return false;
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  return true;
}
