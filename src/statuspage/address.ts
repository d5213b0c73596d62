/** Where a status page is read, and where people are sent. */
export interface PageAddress {
  /** The page for people. */
  readonly page: string;
  readonly document: URL;
  /** `incidents.json` beside a `summary.json`; null beside anything else. */
  readonly incidents: URL | null;
}

const DOCUMENT = 'api/v2/summary.json';

/**
 * The addresses that follow from the one in the settings: a page, with or without a path, or the
 * address of the JSON document itself.
 */
export function addressOf(configured: string): PageAddress {
  const url = new URL(configured);
  const isPlain = url.username === '' && url.password === '';
  // The page's address is shown to everybody; whatever somebody put before the host is not.
  url.username = '';
  url.password = '';
  if (!url.pathname.endsWith('.json')) {
    const base = new URL(url);
    base.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
    base.search = '';
    base.hash = '';
    const document = new URL(DOCUMENT, base);
    return {
      page: isPlain ? configured : url.href,
      document,
      incidents: new URL('incidents.json', document),
    };
  }
  const page = new URL(url.pathname.replace(/(?:api\/v\d+\/)?[^/]*$/, ''), url);
  const isSummary = url.pathname.endsWith('/summary.json');
  return {
    page: page.href,
    document: url,
    incidents: isSummary ? new URL('incidents.json', url) : null,
  };
}
