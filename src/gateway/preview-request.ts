import type { Disposition } from '../outage/cause.ts';
import { PREVIEW_CLIENTS } from './preview-clients.ts';
import { SITUATIONS } from './preview-situations.ts';
import { fieldValue } from './reply.ts';
import { readTarget } from './request-target.ts';

/** What is to be explained, as somebody wrote it down. */
export interface PreviewWish {
  /** `now`, or the name of a situation. */
  readonly when: string;
  /** Default: an address that the first route takes. */
  readonly url?: string | undefined;
  /** Name of a client; default: a browser. */
  readonly as?: string | undefined;
  /** Default: the client's own. */
  readonly method?: string | undefined;
  /** `Name: value`; in the place of the client's own of that name. */
  readonly headers?: readonly string[] | undefined;
  /** For `Accept-Language`. */
  readonly language?: string | undefined;
  /** In the place of what the situation says of the request. */
  readonly disposition?: string | undefined;
}

/** The name of a situation that can be supposed. */
export type SituationName = keyof typeof SITUATIONS;

/** The wish as a request. */
export interface PreviewRequest {
  readonly when: SituationName | 'now';
  readonly as: string;
  readonly url: string;
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  readonly rawHeaders: readonly string[];
  readonly disposition: Disposition | null;
}

const LONGEST_URL = 8192;
const FIELD = /^([\w!#$%&'*+.^`|~-]{1,128}):[ \t]*([\t\x20-\x7e]{0,8192}?)[ \t]*$/;

/** Everything that a wish can name, for those who choose. */
export const PREVIEW_CHOICES = {
  situations: choicesOf(SITUATIONS),
  clients: choicesOf(PREVIEW_CLIENTS),
};

/** Reads a wish; what is wrong with it comes back in words. */
export function readWish(
  wish: PreviewWish,
  defaultUrl: string,
): PreviewRequest | { readonly fault: string } {
  const { as = 'browser', disposition = '', url: address = defaultUrl } = wish;
  const when = situationName(wish.when);
  if (when !== 'now' && !isKey(when, SITUATIONS)) {
    return oneOf('situation', wish.when, ['now', ...Object.keys(SITUATIONS)]);
  }
  if (!isKey(as, PREVIEW_CLIENTS)) return oneOf('client', as, Object.keys(PREVIEW_CLIENTS));
  if (!isDisposition(disposition)) {
    return oneOf('disposition', disposition, ['not_processed', 'unknown']);
  }
  const client = PREVIEW_CLIENTS[as];
  const method = (wish.method ?? client.method).toUpperCase();
  if (!/^[A-Z-]{1,32}$/.test(method)) return { fault: `${quoted(wish.method)} is no method` };
  const url = address.length > LONGEST_URL ? null : URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { fault: `${quoted(address)} is no URL such as https://app.example.com/login` };
  }
  const rawHeaders = headersOf(['Host', url.host, ...client.headers], wish);
  if ('fault' in rawHeaders) return rawHeaders;
  const place = readTarget(url.pathname + url.search, method, fieldValue(rawHeaders, 'host'));
  if ('fault' in place) return place;
  return {
    ...{ when, as, method, rawHeaders, ...place, url: url.href },
    disposition: disposition === '' ? null : disposition,
  };
}

function headersOf(
  own: readonly string[],
  { headers = [], language }: PreviewWish,
): readonly string[] | { readonly fault: string } {
  let merged = own;
  const wanted = language === undefined ? headers : [`Accept-Language: ${language}`, ...headers];
  for (const line of wanted) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return { fault: `${quoted(line)} is no header such as Accept: application/json` };
    }
    merged = [...without(merged, name), name, value];
  }
  return merged;
}

function without(headers: readonly string[], name: string): readonly string[] {
  const isNamed = (index: number) => headers[index]?.toLowerCase() === name.toLowerCase();
  return headers.filter((_, index) => !isNamed(index - (index % 2)));
}

/** The name as it is written here; headings and types say `outcome_unknown`. */
function situationName(text: string): string {
  return text.replaceAll('_', '-');
}

function choicesOf(known: Readonly<Record<string, { readonly about: string }>>) {
  return Object.entries(known).map(([name, { about }]) => ({ name, about }));
}

function isKey<Key extends string>(
  name: string,
  known: Readonly<Record<Key, unknown>>,
): name is Key {
  return Object.hasOwn(known, name);
}

function isDisposition(text: string): text is Disposition | '' {
  return text === '' || text === 'not_processed' || text === 'unknown';
}

function oneOf(what: string, found: string, known: readonly string[]): { readonly fault: string } {
  return { fault: `${quoted(found)} is no ${what}; known: ${known.join(', ')}` };
}

function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}
