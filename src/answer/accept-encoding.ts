/** The content codings that pages are given in (RFC 9110, section 8.4.1); the smallest comes first. */
export const CODINGS = ['br', 'gzip'] as const;

/** One of them. */
export type Coding = (typeof CODINGS)[number];

const NONE: readonly Coding[] = [];
/** What fields ask for, by their exact text. Bounded, because a client chooses it. */
const known = new Map<string, readonly Coding[]>();
const KNOWN_KEPT = 256;
let last: { readonly field: string; readonly codings: readonly Coding[] } = {
  field: '',
  codings: NONE,
};

/**
 * The codings that a client prefers to none, the best first (RFC 9110, section 12.5.3).
 *
 * Of those that it likes as much the smaller comes first. Whoever excludes what we can send gets the
 * text as it is: an answer that has to be decoded by guessing is worth more than none.
 */
export function codingsFor(acceptEncoding: string | undefined): readonly Coding[] {
  if (acceptEncoding === undefined) return NONE;
  // Browsers of one make send the same text; to compare it costs a fifth of looking it up.
  if (acceptEncoding === last.field) return last.codings;
  const codings = known.get(acceptEncoding) ?? newlyRead(acceptEncoding);
  last = { field: acceptEncoding, codings };
  return codings;
}

function newlyRead(acceptEncoding: string): readonly Coding[] {
  const codings = codingsIn(weightsOf(acceptEncoding));
  if (known.size >= KNOWN_KEPT) known.clear();
  // A field of kilobytes is no browser's; it is read each time and not kept.
  if (acceptEncoding.length <= 256) known.set(acceptEncoding, codings);
  return codings;
}

function codingsIn(weights: ReadonlyMap<string, number>): readonly Coding[] {
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0;
  const plain = weights.get('identity') ?? 0;
  return CODINGS.filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= plain).toSorted(
    (left, right) => weightOf(right) - weightOf(left),
  );
}

function weightsOf(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const member of field.split(',')) {
    const [name = '', ...parameters] = member.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const text = weight?.slice(weight.indexOf('=') + 1).trim() ?? '1';
    // What is no weight is no wish: better a text that is too long than one that cannot be read.
    const quality = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
    // RFC 9110, section 8.4.1.3: the old name of gzip.
    weights.set(name === 'x-gzip' ? 'gzip' : name, quality);
  }
  return weights;
}
