/** One media range of an `Accept` field (RFC 9110, section 12.5.1). */
export interface MediaRange {
  /** Lower case, without parameters: `text/html`, `text/*`. */
  readonly type: string;
  /** 0 to 1; 0 means "not this". */
  readonly quality: number;
}

/** What an `Accept` field says about the forms that we can give. */
export interface Preference {
  /** True when no type is named: no field, an empty one, or only the range for anything and refusals. */
  readonly isOpen: boolean;
  readonly namesHtml: boolean;
  readonly namesJson: boolean;
  readonly namesProblemJson: boolean;
  readonly namesText: boolean;
  readonly prefersXml: boolean;
  readonly namesEventStream: boolean;
  readonly namesGraphql: boolean;
  readonly namesGraphqlResponse: boolean;
  readonly startsWithImage: boolean;
  /** Excluded by `q=0`, on the type itself or on the range of its kind. */
  readonly refusesJson: boolean;
  readonly refusesText: boolean;
}

const OPEN: Preference = {
  isOpen: true,
  namesHtml: false,
  namesJson: false,
  namesProblemJson: false,
  namesText: false,
  prefersXml: false,
  namesEventStream: false,
  namesGraphql: false,
  namesGraphqlResponse: false,
  startsWithImage: false,
  refusesJson: false,
  refusesText: false,
};
/** Preferences by the field's exact text. Bounded, because a client chooses it. */
const known = new Map<string, Preference>();
const KNOWN_KEPT = 512;
/** What stands behind this much is no client's wish, but would be the time of all others. */
const READ_CHARACTERS = 4096;
let last: { readonly accept: string; readonly preference: Preference } = {
  accept: '*/*',
  preference: OPEN,
};

/** Reads an `Accept` field; the same text is read once. */
export function preferenceOf(accept: string | undefined): Preference {
  if (accept === undefined || accept === '*/*') return OPEN;
  // Browsers of one make send the same text; to compare it costs a fifth of looking it up.
  if (accept === last.accept) return last.preference;
  const preference = known.get(accept) ?? newlyRead(accept);
  last = { accept, preference };
  return preference;
}

function newlyRead(accept: string): Preference {
  const preference = preferenceIn(parseAccept(accept.slice(0, READ_CHARACTERS)));
  if (known.size >= KNOWN_KEPT) known.clear();
  // A field of kilobytes is no browser's; it is read each time and not kept.
  if (accept.length <= 1024) known.set(accept, preference);
  return preference;
}

/** The media ranges of a field in their order. What is no media range is left out, never an error. */
export function parseAccept(accept: string): readonly MediaRange[] {
  return splitOutsideQuotes(accept, ',').flatMap((member) => {
    const [head = '', ...parameters] = splitOutsideQuotes(member, ';');
    const type = head.trim().toLowerCase();
    return /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(type)
      ? [{ type, quality: qualityOf(parameters) }]
      : [];
  });
}

function preferenceIn(ranges: readonly MediaRange[]): Preference {
  const best = (isWanted: (type: string) => boolean): number =>
    bestOf(ranges.filter(({ type }) => isWanted(type)));
  const html = best((type) => type === 'text/html');
  const json = jsonQuality(ranges);
  const xml = best(isXml);
  const stream = best((type) => type === 'text/event-stream');
  const [first] = ranges;
  return {
    isOpen: !ranges.some(({ type, quality }) => type !== '*/*' && quality > 0),
    // A client that ranks JSON above HTML is a program, even if it can show a page.
    namesHtml: html > 0 && html >= json,
    namesJson: json > 0 && json >= xml && json >= html,
    namesProblemJson: best((type) => type === 'application/problem+json') > 0,
    namesText: best((type) => type === 'text/plain') > 0,
    // Browsers name XML as well, below or beside HTML.
    prefersXml: xml > 0 && xml > json && xml > html,
    namesEventStream:
      stream > 0 && stream >= html && (stream > json || (stream === json && streamIsFirst(ranges))),
    namesGraphql: best((type) => type.startsWith('application/graphql')) > 0,
    namesGraphqlResponse: best((type) => type === 'application/graphql-response+json') > 0,
    startsWithImage:
      first?.type.startsWith('image/') === true &&
      first.quality > 0 &&
      first.quality >= Math.max(html, json),
    refusesJson: isRefused(ranges, 'application/json'),
    refusesText: isRefused(ranges, 'text/plain'),
  };
}

/** How much JSON is wanted: the best of those that are named, else what the range of its kind says. */
function jsonQuality(ranges: readonly MediaRange[]): number {
  const named = ranges.filter(({ type }) => isJson(type));
  const meant = named.length > 0 ? named : ranges.filter(({ type }) => type === 'application/*');
  return bestOf(meant);
}

function bestOf(ranges: readonly MediaRange[]): number {
  return ranges.reduce((most, { quality }) => Math.max(most, quality), 0);
}

/** The most specific range that matches is the one that counts (RFC 9110, section 12.5.1). */
function isRefused(ranges: readonly MediaRange[], wanted: string): boolean {
  const ofKind = `${wanted.slice(0, wanted.indexOf('/'))}/*`;
  const exact = ranges.filter(({ type }) => type === wanted);
  const matching = exact.length > 0 ? exact : ranges.filter(({ type }) => type === ofKind);
  return matching.length > 0 && matching.every(({ quality }) => quality === 0);
}

/** A program that takes a stream or JSON for its calls names JSON first; an EventSource names nothing else. */
function streamIsFirst(ranges: readonly MediaRange[]): boolean {
  return (
    ranges.find(({ type }) => type === 'text/event-stream' || isJson(type))?.type ===
    'text/event-stream'
  );
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json');
}

function isXml(type: string): boolean {
  return (
    type === 'application/xml' ||
    type === 'text/xml' ||
    (type.endsWith('+xml') && type !== 'application/xhtml+xml' && type !== 'image/svg+xml')
  );
}

/** The `q` among the parameters of a member. A weight that is not one counts as 1: the client named the member, after all. */
export function qualityOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim().toLowerCase() !== 'q') continue;
    const weight = value.trim();
    return /^(0(\.\d*)?|1(\.0*)?|\.\d+)$/.test(weight) ? Number(weight) : 1;
  }
  return 1;
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (isQuoted && char === '\\') index++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
