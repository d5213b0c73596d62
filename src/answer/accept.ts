/** One media range of an `Accept` field (RFC 9110, section 12.5.1). */
export interface MediaRange {
  /** Lower case, without parameters: `text/html`, `text/*`. */
  readonly type: string;
  /** 0 to 1; 0 means "not this". */
  readonly quality: number;
}

/** What an `Accept` field says about the forms that we can give. */
export interface Preference {
  /** True when nothing is named: no field, an empty one, or only the range for anything. */
  readonly isOpen: boolean;
  readonly namesHtml: boolean;
  readonly namesJson: boolean;
  readonly namesProblemJson: boolean;
  readonly prefersXml: boolean;
  readonly namesEventStream: boolean;
  readonly namesGraphql: boolean;
  readonly namesGraphqlResponse: boolean;
  readonly startsWithImage: boolean;
}

const OPEN: Preference = {
  isOpen: true,
  namesHtml: false,
  namesJson: false,
  namesProblemJson: false,
  prefersXml: false,
  namesEventStream: false,
  namesGraphql: false,
  namesGraphqlResponse: false,
  startsWithImage: false,
};
/** Preferences by the field's exact text. Bounded, because a client chooses it. */
const known = new Map<string, Preference>();
const KNOWN_KEPT = 512;

/** Reads an `Accept` field; the same text is read once. */
export function preferenceOf(accept: string | undefined): Preference {
  if (accept === undefined || accept === '*/*') return OPEN;
  const before = known.get(accept);
  if (before !== undefined) return before;
  const preference = preferenceIn(parseAccept(accept));
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
  const [first] = ranges;
  if (first === undefined || ranges.every(({ type }) => type === '*/*')) return OPEN;
  const best = (isWanted: (type: string) => boolean): number =>
    Math.max(0, ...ranges.filter(({ type }) => isWanted(type)).map(({ quality }) => quality));
  const html = best((type) => type === 'text/html');
  const json = best(isJson);
  const xml = best(isXml);
  return {
    isOpen: false,
    // A client that ranks JSON above HTML is a program, even if it can show a page.
    namesHtml: html > 0 && html >= json,
    namesJson: json > 0 && json >= xml && json >= html,
    namesProblemJson: best((type) => type === 'application/problem+json') > 0,
    // Browsers name XML as well, below or beside HTML.
    prefersXml: xml > 0 && xml > json && xml > html,
    namesEventStream: best((type) => type === 'text/event-stream') > 0,
    namesGraphql: best((type) => type.startsWith('application/graphql')) > 0,
    namesGraphqlResponse: best((type) => type === 'application/graphql-response+json') > 0,
    startsWithImage: first.type.startsWith('image/') && first.quality > 0,
  };
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

/** A weight that is not one counts as 1: the client named the type, after all. */
function qualityOf(parameters: readonly string[]): number {
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
