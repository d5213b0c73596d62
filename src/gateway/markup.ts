import { decodeCharacterReferences } from '../statuspage/character-references.ts';

/** What an HTML or XML document says, by where it stands. */
export interface MarkupContent {
  /** The text between the tags, as one text: elements that begin a line of their own part it by a space. */
  readonly text: string;
  readonly attributes: readonly string[];
  /** What may be JSON, in scripts of its type and in attributes: frameworks keep there what a page shows. */
  readonly data: readonly string[];
}

/**
 * Reads the text out of HTML, as browsers take it apart (WHATWG HTML, section 13.2), or out of XML.
 *
 * Whether a style sheet or a script shows or hides a part cannot be seen from here: all text counts,
 * that of `template` and `noscript` too. Programs, style sheets and comments do not: a program holds
 * every sentence that it may say one day. Takes linear time: no place is walked through twice.
 */
export function readMarkup(markup: string, language: 'html' | 'xml'): MarkupContent {
  return new MarkupReader(markup, language === 'html').read();
}

/** Elements that stand on lines of their own, or in cells: what is before them and after is parted. */
const PARTING: ReadonlySet<string> = new Set(
  `address article aside blockquote body br caption center col colgroup dd details dialog dir div dl dt
   fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li
   listing main menu nav ol optgroup option p plaintext pre search section select summary table tbody td
   textarea tfoot th thead title tr ul xmp`.split(/\s+/),
);

/** Elements whose content holds no tags, and where that content ends. */
const TAGLESS: ReadonlyMap<string, RegExp> = new Map(
  ['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes'].map((name) => [
    name,
    new RegExp(`</${name}(?=[\\s/>])`, 'gi'),
  ]),
);
/** Of those, the ones whose content is text for people. */
const SHOWN: ReadonlySet<string> = new Set(['title', 'textarea', 'xmp']);

const NAME = /[a-z][^\s/>]*/iy;
const COMMENT_END = /--!?>/g;
const DATA_TYPE = /[\s"'/]type\s*=\s*["']?\s*(?:application|text)\/(?:[\w.-]+\+)?json\b/i;
const CODE = { '"': 34, "'": 39, '/': 47, '=': 61, '>': 62 } as const;

class MarkupReader {
  readonly #markup: string;
  readonly #isHtml: boolean;
  readonly #text: string[] = [];
  readonly #attributes: string[] = [];
  readonly #data: string[] = [];
  #at = 0;

  constructor(markup: string, isHtml: boolean) {
    this.#markup = markup;
    this.#isHtml = isHtml;
  }

  read(): MarkupContent {
    for (;;) {
      const open = this.#markup.indexOf('<', this.#at);
      if (open === -1) break;
      this.#addText(this.#markup.slice(this.#at, open));
      this.#at = open;
      this.#readMarkup();
    }
    this.#addText(this.#markup.slice(this.#at));
    return { text: this.#text.join(''), attributes: this.#attributes, data: this.#data };
  }

  #readMarkup(): void {
    const next = this.#markup[this.#at + 1] ?? '';
    if (next === '!') this.#readDeclaration();
    else if (next === '?') this.#skipPast('>');
    else if (next === '/') this.#readEndTag();
    else if (isLetter(next)) this.#readStartTag();
    else {
      this.#text.push('<');
      this.#at += 1;
    }
  }

  #readDeclaration(): void {
    if (this.#markup.startsWith('<![CDATA[', this.#at)) {
      const from = this.#at + '<![CDATA['.length;
      this.#skipPast(']]>', from);
      this.#text.push(this.#markup.slice(from, this.#at).replace(/\]\]>$/, ''));
    } else if (this.#markup.startsWith('<!--', this.#at)) {
      const isShort = /-?>/y;
      isShort.lastIndex = this.#at + 4;
      this.#at = isShort.test(this.#markup)
        ? isShort.lastIndex
        : this.#endOf(COMMENT_END, this.#at + 4);
    } else this.#skipPast('>');
  }

  #readEndTag(): void {
    this.#at += 2;
    if (!isLetter(this.#markup[this.#at] ?? '')) return this.#skipPast('>');
    const name = this.#take(NAME).toLowerCase();
    this.#readAttributes();
    if (PARTING.has(name)) this.#text.push(' ');
  }

  #readStartTag(): void {
    this.#at += 1;
    const name = this.#take(NAME).toLowerCase();
    const tagAt = this.#at;
    this.#readAttributes();
    if (PARTING.has(name)) this.#text.push(' ');
    const end = this.#isHtml ? TAGLESS.get(name) : undefined;
    if (end === undefined) return;
    const attributes = this.#markup.slice(tagAt, this.#at);
    end.lastIndex = this.#at;
    const content = this.#markup.slice(this.#at, end.exec(this.#markup)?.index);
    this.#at += content.length;
    if (SHOWN.has(name)) this.#addText(content);
    else if (name === 'script' && DATA_TYPE.test(attributes)) this.#data.push(content);
  }

  /**
   * Reads up to the end of the tag; one that never ends is none, as in browsers. By character codes
   * rather than patterns: most of a page is attributes, and this took a quarter of the time.
   */
  #readAttributes(): void {
    const before = { attributes: this.#attributes.length, data: this.#data.length };
    let hasName = false;
    while (this.#at < this.#markup.length) {
      const code = this.#markup.charCodeAt(this.#at);
      this.#at += 1;
      if (code === CODE['>']) return;
      if (code === CODE['=']) {
        // Without a name before it, it begins one.
        if (hasName) this.#addAttribute(decodeCharacterReferences(this.#readValue()));
        hasName = !hasName;
      } else if (code === CODE['/']) hasName = false;
      else if (!isSpace(code)) hasName = true;
    }
    this.#attributes.length = before.attributes;
    this.#data.length = before.data;
  }

  #readValue(): string {
    while (isSpace(this.#markup.charCodeAt(this.#at))) this.#at += 1;
    const from = this.#at;
    const code = this.#markup.charCodeAt(from);
    if (code === CODE['"'] || code === CODE["'"]) {
      this.#skipPast(code === CODE['"'] ? '"' : "'", from + 1);
      return this.#markup.slice(from + 1, this.#at - 1);
    }
    while (this.#at < this.#markup.length && !endsValue(this.#markup.charCodeAt(this.#at))) {
      this.#at += 1;
    }
    return this.#markup.slice(from, this.#at);
  }

  /** Goes to behind the next of these, or to the end, where a browser drops the rest as well. */
  #skipPast(text: string, from = this.#at): void {
    const found = this.#markup.indexOf(text, from);
    this.#at = found === -1 ? this.#markup.length : found + text.length;
  }

  #endOf(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(this.#markup) ? pattern.lastIndex : this.#markup.length;
  }

  /** What the pattern matches at this place, and goes behind it. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#markup)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #addAttribute(value: string): void {
    this.#attributes.push(value);
    if (value.startsWith('{') || value.startsWith('[')) this.#data.push(value);
  }

  #addText(text: string): void {
    if (text !== '') this.#text.push(decodeCharacterReferences(text));
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function endsValue(code: number): boolean {
  return isSpace(code) || code === CODE['>'];
}

function isLetter(character: string): boolean {
  return /^[a-z]/i.test(character);
}
