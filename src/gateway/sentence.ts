/**
 * A rule's sentence, made ready to be looked for.
 *
 * Letters, their case, digits and punctuation must be as they stand. What a person cannot see, or what
 * software changes on the way to the page, is not told apart: any run of white space is one space,
 * invisible characters are none, typographic quotes, dashes and dots are the plain ones, and accents
 * are the same whether they are part of a letter or put after it.
 */
export interface Sentence {
  readonly text: string;
  /** A part of it that is the same in every way of writing it; empty where it has none. */
  readonly anchor: string;
}

/** Compiles a rule's sentence, once for all replies. */
export function sentenceOf(text: string): Sentence {
  const folded = fold(text).trim();
  const [anchor = ''] = (folded.match(/[A-Za-z0-9]+/g) ?? []).toSorted(
    (left, right) => right.length - left.length,
  );
  return { text: folded, anchor };
}

/**
 * A text that sentences are looked for in. Nearly always the longest word of a sentence is not in it,
 * and then it is never folded: that is the greater part of the work.
 */
export class SearchedText {
  readonly #visible: string;
  #folded: string | null = null;

  constructor(text: string) {
    this.#visible = text.replace(INVISIBLE, '');
  }

  has(sentence: Sentence): boolean {
    // A sentence of which nothing can be seen is in no text.
    if (sentence.text === '' || !this.#visible.includes(sentence.anchor)) return false;
    return this.#whole.includes(sentence.text);
  }

  /** The sentence with a little of what stands around it; empty where it does not occur. */
  around({ text }: Sentence): string {
    const at = this.#whole.indexOf(text);
    if (at === -1) return '';
    return this.#whole.slice(Math.max(0, at - AROUND), at + text.length + AROUND).trim();
  }

  get #whole(): string {
    this.#folded ??= fold(this.#visible);
    return this.#folded;
  }
}

const AROUND = 30;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

function fold(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(/[‘’‚‛′ʼ]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replaceAll('…', '...')
    .replace(/[\s\u0085]+/g, ' ')
    .normalize('NFC');
}
