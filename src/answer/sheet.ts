import { type Encoded, fillTail } from './encoded.ts';
import type { HeaderTemplate } from './header-fields.ts';
import { fillHole } from './layout.ts';
import { joinedBytes, type Pieces, type SlotValues, valueIn } from './slots.ts';

/** What a whole message is filled with. */
export interface SheetValues extends SlotValues {
  /** Empty where the answer has no field for it. */
  readonly origin: string;
}

/** `headEnd` is what follows the answer's own fields, up to the body: `Date`, `Connection`, the empty line. */
type Blank = (values: SheetValues, headEnd: string) => string;

/** What a sheet is made from: a status line, fields with their places, and a body. */
export interface SheetParts {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly header: HeaderTemplate;
  readonly body: Pieces | Encoded;
}

/** All messages are printed on one paper, so that what prints and what sends find it in the processor's cache. */
let paper = Buffer.allocUnsafeSlow(64 * 1024);
/** Up to this length a loop is faster than a call out of JavaScript. */
const SHORT = 32;

/**
 * A prepared answer as a whole HTTP/1.1 message in bytes, with blanks for what differs between requests.
 *
 * To copy prepared bytes around the values costs a third of joining strings, which are flattened on their
 * way out, copied, and checked field by field: a storm of pages costs 0.8 of what it does with those.
 */
export class Sheet {
  /** One more than blanks. */
  readonly #texts: readonly Uint8Array[];
  readonly #blanks: readonly Blank[];
  readonly #bytes: number;

  private constructor(texts: readonly string[], blanks: readonly Blank[]) {
    this.#texts = texts.map((text) => Buffer.from(text, 'latin1'));
    this.#blanks = blanks;
    this.#bytes = texts.reduce((sum, { length }) => sum + length, 0);
  }

  /** Null where a field holds what no field may (RFC 9110, section 5.5): who sends it has to refuse it. */
  static of({ status, reasonPhrase, header, body }: SheetParts): Sheet | null {
    const { fields } = header;
    if (![reasonPhrase, ...fields].every((text) => FIELD_TEXT.test(text))) return null;
    const texts = [`HTTP/1.1 ${status} ${reasonPhrase}\r\n`];
    const blanks: Blank[] = [];
    const add = (parts: readonly (string | Blank)[]): void => {
      for (const part of parts) {
        if (typeof part !== 'string') {
          blanks.push(part);
          texts.push('');
        } else texts.push(`${texts.pop() ?? ''}${part}`);
      }
    };
    for (let index = 0; index < fields.length; index += 2) {
      const value = blankAt(index + 1, header, body) ?? fields[index + 1] ?? '';
      add([`${fields[index]}: `, value, '\r\n']);
    }
    add([(_values, headEnd) => headEnd, ...('coding' in body ? codedBody(body) : plainBody(body))]);
    return new Sheet(texts, blanks);
  }

  /** The message for one request. The bytes are good until the next one is printed: see `keepPrinted`. */
  print(values: SheetValues, headEnd: string): Buffer {
    const blanks = this.#blanks;
    const filled: string[] = [];
    let bytes = this.#bytes;
    for (let index = 0; index < blanks.length; index++) {
      const text = blanks[index]?.(values, headEnd) ?? '';
      filled.push(text);
      bytes += text.length;
    }
    if (bytes > paper.length) paper = Buffer.allocUnsafeSlow(bytes * 2);
    let at = 0;
    for (let index = 0; index < this.#texts.length; index++) {
      const text = this.#texts[index];
      if (text === undefined) continue;
      paper.set(text, at);
      at += text.length;
      const value = filled[index] ?? '';
      put(value, at);
      at += value.length;
    }
    return paper.subarray(0, bytes);
  }
}

/** Leaves what was printed last to who still reads it: the next message is printed on a fresh paper. */
export function keepPrinted(): void {
  paper = Buffer.allocUnsafeSlow(paper.length);
}

const FIELD_TEXT = /^[\t\x20-\x7e]*$/;

function blankAt(
  place: number,
  header: HeaderTemplate,
  body: SheetParts['body'],
): Blank | string | null {
  switch (place) {
    case header.requestId:
      return ({ reference }) => reference;
    case header.retryAfter:
      return ({ retry }) => retry;
    case header.origin:
      return ({ origin }) => origin;
    case header.contentEncoding:
      return 'coding' in body ? body.coding : null;
    case header.contentLength:
      return 'coding' in body ? body.contentLength : (values) => String(joinedBytes(body, values));
    default:
      return null;
  }
}

function plainBody({ texts, slots }: Pieces): readonly (string | Blank)[] {
  return texts.flatMap((text, index) => {
    const slot = slots[index];
    return slot === undefined ? [text] : [text, (values: SheetValues) => valueIn(values, slot)];
  });
}

function codedBody(encoded: Encoded): readonly (string | Blank)[] {
  return [
    encoded.start,
    ...encoded.steps.flatMap(({ hole, width, part }) => [
      (values: SheetValues) => fillHole(hole, width, values),
      part,
    ]),
    (values: SheetValues) => fillTail(encoded, values),
  ];
}

function put(text: string, start: number): void {
  if (text.length > SHORT) {
    paper.write(text, start, 'latin1');
    return;
  }
  for (let index = 0; index < text.length; index++) paper[start + index] = text.charCodeAt(index);
}
