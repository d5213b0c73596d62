import type { Settings } from '../config/settings.ts';
import type { Answer, Asker, Matter } from './answer.ts';
import type { BrandFinder } from './brand-finder.ts';
import { builtInPage } from './built-in-page.ts';
import { proxyStatusOf, statusOf } from './proxy-status.ts';
import { pageForPeople } from './published.ts';
import { readFields } from './request-fields.ts';
import { bytesOf } from './slots.ts';

/** What the last answer is made with. */
interface LastResortDeps {
  readonly settings: Settings;
  readonly brandOf: BrandFinder;
}

/** The answer that is left when rendering fails: one built-in page for every client kind. Never throws. */
export function lastResort(
  asker: Asker,
  matter: Matter,
  { settings, brandOf }: LastResortDeps,
): Answer {
  const statusPage = pageForPeople(settings.statusPage);
  const reference = asker.reference.replace(/[^\w\-.:]/g, '').slice(0, 64);
  const page = builtInPage(headingOf(matter, brandNameFor(asker, brandOf)), statusPage).replace(
    '\uFDD0',
    reference,
  );
  const body = bytesOf(page);
  const retrySafe = matter.disposition === 'not_processed' || matter.signIn;
  return {
    status: statusOf(matter),
    reasonPhrase: 'Service Unavailable',
    headers: [
      ...['Content-Type', 'text/html; charset=utf-8'],
      ...['Content-Length', String(body.length)],
      ...['Cache-Control', 'no-store'],
      ...(retrySafe && matter.reason !== 'unknown_route' ? ['Retry-After', '60'] : []),
      'Candor-Disposition',
      `${matter.disposition}; retry-safe=?${retrySafe ? 1 : 0}; reason=${matter.reason}`,
      ...(statusPage === null ? [] : ['Link', `<${statusPage}>; rel="status"`]),
      ...['Proxy-Status', proxyStatusOf(matter)],
      ...['X-Request-Id', reference],
      ...['Content-Language', 'en'],
      ...['X-Robots-Tag', 'noindex'],
      ...['X-Content-Type-Options', 'nosniff'],
      ...['Content-Security-Policy', "default-src 'none'; base-uri 'none'; form-action 'none'"],
      ...['Referrer-Policy', 'no-referrer'],
    ],
    body: asker.method === 'HEAD' ? '' : body,
    kind: 'other',
    source: {},
    printer: null,
    retrySafe,
    reason: matter.reason,
  };
}

/** Null, the neutral brand, where the request cannot even be read. */
function brandNameFor({ rawHeaders }: Asker, brandOf: BrandFinder): string | null {
  try {
    return brandOf(readFields(rawHeaders).host)?.name ?? null;
  } catch {
    return null; // Whatever is broken, there is an answer.
  }
}

/** The same headings as the locale's, for the case that the locale is what failed. */
function headingOf(matter: Matter, brandName: string | null): string {
  const brand = brandName ?? 'This service';
  if (matter.reason === 'overload') return `${brand} is very busy right now`;
  if (matter.reason === 'unknown_route') return 'There is nothing at this address';
  if (matter.signIn) return "You can't sign in right now";
  if (matter.disposition === 'unknown') return "We can't tell if your request went through";
  const state = matter.belief?.verdict.state ?? 'up';
  return state === 'down' || state === 'recovering'
    ? `Sorry, ${brandName ?? 'this service'} is unavailable`
    : `${brand} didn't answer`;
}
