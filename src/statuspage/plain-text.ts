import { decodeCharacterReferences } from './character-references.ts';

/**
 * The text that a person would read in a fragment of HTML: tags dropped, entities decoded once.
 *
 * At most `limit` characters; anything but a string is the empty string. The result can hold `<`
 * (from `&lt;`) and is untrusted: it is escaped where it is printed. Takes linear time: no pattern
 * here can start a match inside what an earlier failed match has walked through.
 */
export function plainText(raw: unknown, limit: number): string {
  if (typeof raw !== 'string') return '';
  // Markup is longer than its text, but a fragment of many times the limit is no posting.
  const fragment = raw.slice(0, limit * 4);
  const text = fragment
    .replace(/<(?:br|\/p|\/div|\/li|\/h[1-6]|\/tr)\b[^<>]*>/gi, '\n')
    .replace(/<[a-z/!?][^<>]*>/gi, '');
  return clip(tidy(decodeCharacterReferences(text)), limit);
}

/** Controls and marks that turn the direction of the text around them go; line breaks stay. */
function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, (mark) =>
      mark === '\n' ? mark : mark === '\t' ? ' ' : '',
    )
    .replace(/[ \u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .toWellFormed()
    .trim();
}

/** Cuts without leaving half of a surrogate pair. */
function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)).trimEnd();
}
