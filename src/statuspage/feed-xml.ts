import { setImmediate as nextTurn } from 'node:timers/promises';
import sax, { type QualifiedTag, type SAXParser, type Tag } from 'sax';
import type { Fields } from './fields.ts';

/** What a feed says, its values as they came; the shape that the reader of feeds recognises. */
export interface Feed {
  readonly feed: 'atom' | 'rss';
  readonly updatedAt?: string;
  /** In the feed's order. */
  readonly items: readonly Fields[];
}

const ROOTS: Readonly<Record<string, Feed['feed']>> = { feed: 'atom', rss: 'rss', RDF: 'rss' };
const ITEMS = ['item', 'entry'];
/** What is read of an item, or of the feed itself, and what it is called here. */
const MEMBERS: Readonly<Record<string, string>> = {
  id: 'id',
  guid: 'id',
  title: 'title',
  link: 'link',
  published: 'publishedAt',
  pubDate: 'updatedAt',
  date: 'updatedAt',
  updated: 'updatedAt',
  lastBuildDate: 'updatedAt',
  summary: 'summary',
  description: 'summary',
  content: 'content',
  encoded: 'content',
};
/** Elements of XHTML after which a line ends. */
const BLOCKS = ['br', 'p', 'div', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

const MOST_ITEMS = 100;
const MOST_ELEMENTS = 20_000;
const MOST_LEVELS = 32;
const MOST_TEXT = 20_000;
/** So much is parsed in one turn of the event loop: some 2 ms. */
const SLICE = 32 * 1024;

/** Thrown out of the parser to end it; nobody outside of this file sees one. */
const END = Symbol('the parsing ends here');

/**
 * Parses an Atom or RSS feed; null where it is none, or more involved than any feed is.
 *
 * Never rejects, and gives the event loop a turn after every 32 KiB. Entities that the document
 * declares itself are not known to the parser, nothing outside of it is ever loaded, and its end
 * need not be well formed once a hundred items are there.
 */
export async function parseFeed(text: string): Promise<Feed | null> {
  const scan = new FeedScan();
  try {
    for (let at = 0; at < text.length; at += SLICE) {
      if (at > 0) await nextTurn();
      scan.write(text.slice(at, at + SLICE));
    }
    scan.close();
  } catch (error) {
    if (error !== END) throw error;
    if (!scan.hasAll) return null;
  }
  return scan.feed;
}

/** The state of parsing one feed: the path of open elements, and the item and member that it is in. */
class FeedScan {
  readonly #parser: SAXParser = sax.parser(true, { position: false });
  readonly #items: Record<string, string>[] = [];
  readonly #about: Record<string, string> = {};
  #kind: Feed['feed'] | null = null;
  #elements = 0;
  #level = 0;
  /** The item that is open, with its level; null between items. */
  #item: { readonly members: Record<string, string>; readonly level: number } | null = null;
  /** The member whose text is read, with its level. */
  #member: { readonly name: string; readonly level: number; text: string } | null = null;

  constructor() {
    this.#parser.onopentag = (tag) => this.#open(tag);
    this.#parser.onclosetag = (name) => this.#close(localName(name));
    this.#parser.ontext = (text) => this.#add(text);
    this.#parser.oncdata = (text) => this.#add(text);
    this.#parser.onerror = () => {
      throw END; // The parser would go on, and report an error for each character that follows.
    };
  }

  /** True when as many items as are wanted have been read. */
  get hasAll(): boolean {
    return this.#items.length >= MOST_ITEMS;
  }

  get feed(): Feed | null {
    if (this.#kind === null) return null;
    const { updatedAt } = this.#about;
    return {
      feed: this.#kind,
      ...(updatedAt !== undefined && { updatedAt }),
      items: this.#items,
    };
  }

  write(slice: string): void {
    this.#parser.write(slice);
  }

  close(): void {
    this.#parser.close();
  }

  #open({ name, attributes }: Tag | QualifiedTag): void {
    this.#elements += 1;
    this.#level += 1;
    if (this.#elements > MOST_ELEMENTS || this.#level > MOST_LEVELS) throw END;
    const local = localName(name);
    if (this.#level === 1) {
      this.#kind = Object.hasOwn(ROOTS, local) ? (ROOTS[local] ?? null) : null;
      if (this.#kind === null) throw END;
    } else if (this.#item === null && ITEMS.includes(local)) {
      this.#item = { members: {}, level: this.#level };
    } else if (this.#member === null && this.#isMember(local)) {
      this.#member = { name: local, level: this.#level, text: linkIn(attributes) };
    }
  }

  /** A member is a child of its item; those of the feed itself stand on the second or third level. */
  #isMember(local: string): boolean {
    const isInPlace = this.#item === null ? this.#level <= 3 : this.#level === this.#item.level + 1;
    return isInPlace && Object.hasOwn(MEMBERS, local);
  }

  #add(text: string): void {
    const member = this.#member;
    if (member === null || member.text.length >= MOST_TEXT) return;
    member.text += text.slice(0, MOST_TEXT);
  }

  #close(local: string): void {
    const level = this.#level;
    this.#level -= 1;
    if (this.#member !== null && level > this.#member.level) {
      if (BLOCKS.includes(local)) this.#add('\n');
      return;
    }
    if (this.#member?.level === level) this.#endMember(this.#member.name, this.#member.text);
    if (this.#item?.level === level) {
      this.#items.push(this.#item.members);
      this.#item = null;
      if (this.hasAll) throw END;
    }
  }

  /** The first of a name that says anything: a feed's first link is the one to its page. */
  #endMember(local: string, text: string): void {
    this.#member = null;
    const holder = this.#item === null ? this.#about : this.#item.members;
    const name = MEMBERS[local];
    if (name !== undefined && text.trim() !== '') holder[name] ??= text.trim();
  }
}

/** Atom's links are attributes; the one to a page for people names no relation, or this one. */
function linkIn(attributes: Tag['attributes'] | QualifiedTag['attributes']): string {
  const { href, rel } = attributes;
  if (typeof href !== 'string') return '';
  return rel === undefined || rel === 'alternate' ? href.slice(0, MOST_TEXT) : '';
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
