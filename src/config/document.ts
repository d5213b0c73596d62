import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { tooDeepAt } from './depth.ts';
import type { Dialect } from './dialect.ts';
import { isMerge, keyFault, MERGE, nameOf, pairsOf, type TextPair } from './pairs.ts';
import { type Finding, quoted, type SettingPath } from './problem.ts';
import { type SyntaxFault, syntaxFaults } from './syntax.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A settings file as plain values, with the place of each. */
export interface SettingsDocument {
  readonly value: unknown;
  /** Faults of the text: while there are any, `value` says nothing. */
  readonly faults: readonly SyntaxFault[];
  /** Faults that leave the rest readable: duplicate keys, missing variables, keys that are no text. */
  readonly findings: readonly Finding[];
  /** What is odd and harmless. */
  readonly warnings: readonly Finding[];
  /** Whether the text at this path came from the environment, in whole or in part. */
  isFilledIn(path: SettingPath): boolean;
  /** Where the key or the value of this path stands; of a setting that is missing, its section. */
  placeOf(path: SettingPath, at: Finding['at']): Place;
}

/** Beyond this, aliases have multiplied the file: no settings have so many values. */
const MOST_VALUES = 20_000;
const DEEPEST = 50;
const BOUNDS = `at most ${MOST_VALUES} values in at most ${DEEPEST} levels`;
const TOO_DEEP = { found: `more than ${DEEPEST} levels`, expected: BOUNDS };

/** Reads YAML and fills in the environment. Never throws, whatever the text. */
export function readDocument(text: string, dialect: Dialect): SettingsDocument {
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) return unread({ line: tooDeep.line, column: tooDeep.col });
  const lines = new LineCounter();
  // Keys that stand twice are found below: the parser compares each key with all before it.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false };
  const document = parseDocument(text, options);
  const faults = syntaxFaults(text, document, lines);
  const reader = new Reader({ document, text, lines }, dialect);
  const value = faults.length === 0 ? reader.read(document.contents, []) : undefined;
  return {
    value,
    faults: reader.excess === undefined ? faults : [reader.excess],
    findings: reader.findings,
    warnings: shifted(reader.placeOf([], 'value'), document),
    isFilledIn: (path) => reader.filledIn.has(key(path)),
    placeOf: (path, at) => reader.placeOf(path, at),
  };
}

/** What nests so deep that its values are not looked at. */
function unread(place: Place): SettingsDocument {
  return {
    value: undefined,
    faults: [{ ...place, ...TOO_DEEP }],
    findings: [],
    warnings: [],
    isFilledIn: () => false,
    placeOf: () => place,
  };
}

/** A space before the first of the settings: good YAML, and most likely a slip. */
function shifted({ column }: Place, { contents }: Document): readonly Finding[] {
  if (column === 1 || !isMap(contents) || contents.flow === true) return [];
  const spaces = column === 2 ? '1 space' : `${column - 1} spaces`;
  const found = `${spaces} before the first key`;
  return [{ path: [], at: 'value', found, expected: 'none (a stray space?)' }];
}

function key(path: SettingPath): string {
  return JSON.stringify(path);
}

interface Source {
  readonly document: Document;
  readonly text: string;
  readonly lines: LineCounter;
}

/** Walks the nodes once, and notes where each value stands and what is wrong with it. */
class Reader {
  readonly findings: Finding[] = [];
  readonly filledIn = new Set<string>();
  /** Set once the file is too much to read; the rest is left unread. */
  excess: SyntaxFault | undefined;
  readonly #keys = new Map<string, number>();
  /** Keys that stand again, each of which is said once, where it stands for the second time. */
  readonly #repeatedKeys = new Set<string>();
  readonly #values = new Map<string, number>();
  readonly #document: Document;
  readonly #text: string;
  readonly #dialect: Dialect;
  readonly #lines: LineCounter;
  #count = 0;

  constructor({ document, text, lines }: Source, dialect: Dialect) {
    this.#document = document;
    this.#text = text;
    this.#lines = lines;
    this.#dialect = dialect;
  }

  read(node: Node | null, path: SettingPath): unknown {
    if (node?.range) this.#values.set(key(path), node.range[0]);
    this.#count += 1;
    if (this.#count > MOST_VALUES || path.length > DEEPEST) this.excess ??= this.#excessAt(path);
    if (this.excess !== undefined) return undefined;
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), node.source, path);
    if (isMap(node)) return this.#mapping(node, path);
    if (isSeq(node))
      return node.items.map((item, index) => this.read(item as Node | null, [...path, index])); // What a parser makes holds nodes only.
    return isScalar(node) ? this.#scalar(node, path) : null;
  }

  placeOf(path: SettingPath, at: Finding['at']): Place {
    const own = at === 'key' ? this.#keys : this.#values;
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const step = key(path.slice(0, depth));
      const places = depth === path.length ? own : this.#keys;
      const offset = places.get(step) ?? this.#keys.get(step) ?? this.#values.get(step);
      if (offset !== undefined) {
        const { line, col } = this.#lines.linePos(offset);
        return { line, column: col };
      }
    }
    return { line: 1, column: 1 };
  }

  #mapping(map: YAMLMap, path: SettingPath): unknown {
    const read: Record<string, unknown> = {};
    const pairs = pairsOf(map);
    const [merges, own] = this.#dialect.hasMergeKeys ? parted(pairs) : [[], pairs];
    for (const pair of own) this.#pair(pair, path, read);
    for (const [index, { key: name, value }] of merges.entries()) {
      const first = merges[0]?.key.range?.[0] ?? 0;
      if (index > 0) this.#refuseMergeKey(name, path, first);
      else this.#merge(value, { path, into: read, depth: 0 });
    }
    return read;
  }

  #pair(pair: TextPair, path: SettingPath, into: Record<string, unknown>): void {
    const name = nameOf(pair.key);
    const here = [...path, name];
    const first = this.#keys.get(key(here));
    if (this.#repeatedKeys.has(key(here))) return;
    if (pair.key.range) this.#keys.set(key(here), pair.key.range[0]);
    if (first !== undefined) this.#repeatedKeys.add(key(here));
    const fault = first === undefined ? keyFault(pair.key, name) : this.#repeated(name, first);
    if (fault !== undefined) this.findings.push({ path: here, at: 'key', ...fault });
    else into[name] = this.read(pair.value, here);
  }

  /** Takes over what is not there yet, so that of several mappings the first has the word. */
  #merge(node: Node | null, { path, into, depth }: Merging): void {
    this.#count += 1;
    if (this.#count > MOST_VALUES || depth > DEEPEST) this.excess ??= this.#excessAt(path);
    if (this.excess !== undefined) return;
    const source = isAlias(node) ? node.resolve(this.#document) : node;
    if (isSeq(source)) {
      // What a parser makes holds nodes only.
      for (const item of source.items) this.#merge(item as Node, { path, into, depth: depth + 1 });
      return;
    }
    if (!isMap(source)) return this.#refuseMerge(node, path);
    const [merges, own] = parted(pairsOf(source));
    for (const pair of own) {
      if (!Object.hasOwn(into, nameOf(pair.key))) this.#pair(pair, path, into);
    }
    for (const { value } of merges) this.#merge(value, { path, into, depth: depth + 1 });
  }

  #refuseMergeKey({ range }: Node, path: SettingPath, first: number): void {
    const here = [...path, MERGE];
    if (range) this.#keys.set(key(here), range[0]);
    this.findings.push({ path: here, at: 'key', ...this.#repeated(MERGE, first) });
  }

  #refuseMerge(node: Node | null, path: SettingPath): void {
    const found = isAlias(node) ? `*${node.source}, which is no mapping` : 'no mapping to merge';
    const expected = 'an alias of a mapping, such as *defaults';
    this.#values.set(key([...path, MERGE]), node?.range?.[0] ?? 0);
    this.findings.push({ path: [...path, MERGE], at: 'value', found, expected });
  }

  #repeated(name: string, first: number): Pick<Finding, 'found' | 'expected'> {
    const { line } = this.#lines.linePos(first);
    return {
      found: `the key ${quoted(name)} again, first on line ${line}`,
      expected: 'each key once',
    };
  }

  #alias(target: Node | undefined, name: string, path: SettingPath): unknown {
    if (target !== undefined) return this.read(target, path);
    const found = `*${name}, which refers to nothing`;
    this.findings.push({ path, at: 'value', found, expected: `an anchor &${name} before it` });
    return undefined;
  }

  #scalar({ value, type, range }: Scalar, path: SettingPath): unknown {
    if (typeof value !== 'string') return value;
    if (type === 'PLAIN' && range) this.#plain(value, path, range);
    if (!value.includes('$')) return value;
    const filled = this.#dialect.fill(value, path);
    if (filled.kind === 'unfilled') {
      const { found, expected } = filled;
      this.findings.push({ path, at: 'value', found, expected });
      return undefined;
    }
    if (filled.hasVariables) this.filledIn.add(key(path));
    return filled.text;
  }

  #plain(text: string, path: SettingPath, [from, to]: readonly number[]): void {
    const { column } = this.placeOf(path, 'value');
    const written = this.#text.slice(from, to);
    const isItem = typeof path.at(-1) === 'number';
    const fault = this.#dialect.refusePlain?.({ text, written, column, isItem });
    if (fault !== undefined) this.findings.push({ path, at: 'value', ...fault });
  }

  #excessAt(path: SettingPath): SyntaxFault {
    const isTooDeep = path.length > DEEPEST;
    const said = isTooDeep ? TOO_DEEP : { found: 'aliases that multiply', expected: BOUNDS };
    return { ...this.placeOf(path, 'value'), ...said };
  }
}

/** Merge keys and the others, which have the word wherever they stand. */
function parted(pairs: readonly TextPair[]): readonly [readonly TextPair[], readonly TextPair[]] {
  return [pairs.filter(isMerge), pairs.filter((pair) => !isMerge(pair))];
}

interface Merging {
  readonly path: SettingPath;
  readonly into: Record<string, unknown>;
  readonly depth: number;
}
