import type { Format } from './model.ts';

/** Where a status page is read, and where people are sent. */
export interface PageAddress {
  /** The page for people. */
  readonly page: string;
  /** Where its document may be, the likeliest place first; at least one. */
  readonly documents: readonly [URL, ...URL[]];
}

/** What each format's document is called, seen from the page. Uptime Kuma's has the page's name in it. */
const PLACES: readonly (readonly [format: Format, path: string])[] = [
  ['statuspage', 'api/v2/summary.json'],
  ['incident-io', 'api/v1/summary'],
  ['instatus', 'summary.json'],
  ['better-stack', 'index.json'],
  ['feed', 'history.atom'],
  ['feed', 'history.rss'],
  ['feed', 'feed.atom'],
  ['feed', 'feed.rss'],
];
const IS_DOCUMENT = /\/api\/|\.(?:json|atom|rss|xml)$/;
const KUMA_PAGE = /\/status\/([^/]+)\/?$/;
const KUMA_DOCUMENT = /\/api\/status-page\/([^/]+)$/;

/**
 * The addresses that follow from the one in the settings: a page, with or without a path, or the
 * address of a document itself.
 *
 * `hint` is the format that the settings name: its places come first, and it decides nothing else.
 */
export function addressOf(configured: string, hint: Format | 'auto' = 'auto'): PageAddress {
  const url = new URL(configured);
  const isPlain = url.username === '' && url.password === '';
  // The page's address is shown to everybody; whatever somebody put before the host is not.
  url.username = '';
  url.password = '';
  if (IS_DOCUMENT.test(url.pathname)) return { page: pageOf(url), documents: [url] };

  const [first, ...rest] = placesAt(url)
    .sort((one, other) => Number(other.format === hint) - Number(one.format === hint))
    .map(({ document }) => document);
  return {
    page: isPlain ? configured : url.href,
    // Last of all the address itself, for a feed whose name shows nothing.
    documents: first === undefined ? [url] : [first, ...rest, url],
  };
}

function placesAt(url: URL): { format: Format; document: URL }[] {
  const base = new URL(url);
  base.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  base.search = '';
  base.hash = '';
  const places = PLACES.map(([format, path]) => ({ format, document: new URL(path, base) }));
  const slug = KUMA_PAGE.exec(url.pathname);
  if (slug === null) return places;
  const document = new URL(base);
  document.pathname = url.pathname.replace(KUMA_PAGE, `/api/status-page/${slug[1]}`);
  return [{ format: 'uptime-kuma', document }, ...places];
}

/** The page that a document stands on: one folder up, or what is above its interface. */
function pageOf(document: URL): string {
  const { pathname } = document;
  const page = KUMA_DOCUMENT.test(pathname)
    ? pathname.replace(KUMA_DOCUMENT, '/status/$1')
    : pathname.replace(/(?:\/api\/.*|\/[^/]*)$/, '/');
  return new URL(page, document).href;
}
