import { qualityOf } from './accept.ts';

/** Something that is offered in one language. */
interface Offer {
  /** A language tag: `en`, `pt-BR`. */
  readonly language: string;
}

/** One range of an `Accept-Language` field, in lower case. */
interface LanguageRange {
  readonly range: string;
  /** 0 to 1; 0 means "not this". */
  readonly quality: number;
}

const KNOWN_KEPT = 512;
/** No browser's field is nearly as long. */
const MOST_CHARACTERS = 1024;

/**
 * Chooses for each `Accept-Language` field (RFC 9110, section 12.5.4) by lookup (RFC 4647, section
 * 3.4): `pt-BR` is content with `pt`. The first offer is for those who ask for none of them.
 *
 * The same text is read once, in a bounded memory, because a client chooses it; one that is absurdly
 * long is not read at all.
 */
export function languageChooser<T extends Offer>(
  offers: readonly [T, ...T[]],
): (acceptLanguage: string | undefined) => T {
  const byTag = new Map(offers.map((offer) => [offer.language.toLowerCase(), offer] as const));
  const known = new Map<string, T>();
  const newlyRead = (acceptLanguage: string): T => {
    const chosen = chosenBy(rangesIn(acceptLanguage), byTag) ?? offers[0];
    if (known.size >= KNOWN_KEPT) known.clear();
    known.set(acceptLanguage, chosen);
    return chosen;
  };
  let last = { field: '', chosen: offers[0] };
  return (acceptLanguage) => {
    if (acceptLanguage === undefined || acceptLanguage.length > MOST_CHARACTERS) return offers[0];
    // In a storm one follows the other who speaks alike; to compare costs a fifth of looking it up.
    if (acceptLanguage === last.field) return last.chosen;
    const chosen = known.get(acceptLanguage) ?? newlyRead(acceptLanguage);
    last = { field: acceptLanguage, chosen };
    return chosen;
  };
}

/** The best offer, or null; what is no language range is left out, never an error. */
function chosenBy<T>(ranges: readonly LanguageRange[], byTag: ReadonlyMap<string, T>): T | null {
  const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ range }) => range));
  const wanted = ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  for (const { range } of wanted) {
    for (let tag = range; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      const offer = byTag.get(tag);
      if (offer !== undefined && !refused.has(tag)) return offer;
    }
  }
  // `*` says nothing but that there are languages which are not wanted (RFC 4647, section 3.4).
  if (!wanted.some(({ range }) => range === '*')) return null;
  const [, offer = null] = [...byTag].find(([tag]) => !refused.has(tag)) ?? [];
  return offer;
}

function rangesIn(acceptLanguage: string): readonly LanguageRange[] {
  return acceptLanguage.split(',').flatMap((member) => {
    const [head = '', ...parameters] = member.split(';');
    const range = head.trim().toLowerCase();
    return /^(\*|[a-z]{1,8}(-[a-z\d]{1,8})*)$/.test(range)
      ? [{ range, quality: qualityOf(parameters) }]
      : [];
  });
}
