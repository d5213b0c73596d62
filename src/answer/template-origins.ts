/**
 * Where each character of a page came from. While templates are tried, their own text carries
 * marks that say which file and line follows; they are taken out again before anybody reads the
 * page. The marks are noncharacters of Unicode, as those of `slots.ts`, and others than those.
 */
const OPEN = '\uFDD5';
const CLOSE = '\uFDD6';
const MARK = /\uFDD5([^:\uFDD6]*):(\d+)\uFDD6/g;

/** A piece of a parsed template as eta hands it to plugins: text as it stands in a JavaScript string, or a tag. */
type Piece = string | { readonly t: string; readonly lineNo?: number };

/** A place in a template. */
export interface Place {
  /** The template's name: `page`, `parts/header`. */
  readonly name: string;
  readonly line: number;
}

/** A page without marks, and where its parts came from. */
export interface Traced {
  readonly text: string;
  /** The template whose text, or whose printing tag, put the character there; null before the first. */
  placeAt(offset: number): Place | null;
  /** How many characters each template put there. */
  readonly shares: ReadonlyMap<string, number>;
}

/**
 * Puts a mark before each line of a template's text and before each tag that prints. A text's line
 * is counted back from the tag behind it: eta says of tags alone where they stand.
 */
export function withMarks<Tag extends Exclude<Piece, string>>(
  pieces: readonly (string | Tag)[],
  { name, lines }: { readonly name: string; readonly lines: number },
): (string | Tag)[] {
  const mark = (line: number): string => `${OPEN}${name}:${line}${CLOSE}`;
  return pieces.flatMap((piece, index): (string | Tag)[] => {
    if (typeof piece !== 'string') {
      return piece.t === 'e' ? [piece] : [mark(piece.lineNo ?? 1), piece];
    }
    const next = pieces[index + 1];
    const end = typeof next === 'object' ? (next.lineNo ?? lines) : lines;
    const breaks = [...piece.matchAll(/\\(.)/g)].filter(([, letter]) => letter === 'n').length;
    const start = end - breaks;
    let line = start;
    const marked = piece.replace(/\\(.)/g, (escaped, letter) => {
      if (letter !== 'n') return escaped;
      line += 1;
      return `${escaped}${mark(line)}`;
    });
    return [`${mark(start)}${marked}`];
  });
}

/** Takes the marks out of a page. */
export function traced(marked: string): Traced {
  const marks: { readonly offset: number; readonly place: Place }[] = [];
  const shares = new Map<string, number>();
  let text = '';
  let end = 0;
  const add = (until: number): void => {
    const piece = marked.slice(end, until);
    const name = marks.at(-1)?.place.name;
    if (name !== undefined) shares.set(name, (shares.get(name) ?? 0) + piece.length);
    text += piece;
  };
  for (const { 0: mark, 1: name = '', 2: line, index } of marked.matchAll(MARK)) {
    add(index);
    marks.push({ offset: text.length, place: { name, line: Number(line) } });
    end = index + mark.length;
  }
  add(marked.length);
  return {
    text,
    shares,
    placeAt: (offset) => marks.findLast((mark) => mark.offset <= offset)?.place ?? null,
  };
}
