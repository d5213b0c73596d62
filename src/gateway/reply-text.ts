import { decodeBody, type Room } from './decode-body.ts';
import { decodeText } from './decode-text.ts';
import { type JsonContent, readJson } from './json-content.ts';
import { readMarkup } from './markup.ts';
import { fieldValue, type ReplyHead } from './reply.ts';
import { SearchedText, type Sentence } from './sentence.ts';

/**
 * Where in a reply a sentence stands: in its `text`, in an `attribute` of its markup, or in its `data`,
 * which is the strings of a JSON body and of the JSON that a page carries.
 */
export type Place = 'text' | 'attribute' | 'data';

/** Parts the strings of one place. It is in no sentence, so none is found across two of them. */
const BARRIER = '\0';

/** What a reply says. Its body is taken apart once, however many rules ask, and only when one does. */
export class ReplyText {
  /** Null where the body is no JSON. */
  readonly json: JsonContent | null;
  readonly #source: string;
  readonly #contentType: string | null;
  #places: ReadonlyMap<Place, SearchedText> | null = null;

  private constructor(source: string, contentType: string | null) {
    this.#source = source;
    this.#contentType = contentType;
    this.json = readJson(source);
  }

  /** Null for a body that cannot be read, or that is longer without its codings than there is room. */
  static async of(
    { head, body }: { readonly head: ReplyHead; readonly body: Buffer },
    room: Room,
  ): Promise<ReplyText | null> {
    const contentType = fieldValue(head.fields, 'content-type');
    const encoding = fieldValue(head.fields, 'content-encoding');
    const plain = await decodeBody(body, encoding, room);
    return plain === null ? null : new ReplyText(decodeText(plain, contentType), contentType);
  }

  /** The first place in which the sentence stands, or null. */
  placeOf(sentence: Sentence): Place | null {
    for (const [place, text] of this.#searched) if (text.has(sentence)) return place;
    return null;
  }

  /** The sentence with a little of what stands around it in that place. */
  around(sentence: Sentence, place: Place): string {
    return this.#searched.get(place)?.around(sentence) ?? '';
  }

  get #searched(): ReadonlyMap<Place, SearchedText> {
    this.#places ??= new Map(
      this.#contents().map(([place, texts]) => [place, new SearchedText(texts.join(BARRIER))]),
    );
    return this.#places;
  }

  #contents(): readonly (readonly [Place, readonly string[]])[] {
    if (this.json !== null) return [['data', this.json.strings.flatMap(asShown)]];
    const language = languageOf(this.#contentType, this.#source);
    if (language === null) return [['text', [this.#source]]];
    const { text, attributes, data } = readMarkup(this.#source, language);
    const carried = data.flatMap((part) => readJson(part)?.strings ?? []);
    return [
      ['text', [text]],
      ['attribute', attributes],
      ['data', carried.flatMap(asShown)],
    ];
  }
}

/** A string of JSON as it stands, and where it may be HTML, the text of that as well. */
function asShown(text: string): string[] {
  return /[<&]/.test(text) ? [text, readMarkup(text, 'html').text] : [text];
}

function languageOf(contentType: string | null, source: string): 'html' | 'xml' | null {
  if (contentType === null) return /^\s*</.test(source) ? 'html' : null;
  if (/^[^;]*html/i.test(contentType)) return 'html';
  return /^(?:text|application)\/(?:[^;]*\+)?xml\b/i.test(contentType) ? 'xml' : null;
}
