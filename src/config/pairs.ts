import { isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Finding } from './problem.ts';

/** A key and its value in a mapping. */
export type TextPair = Pair<Node, Node | null>;

/** The key of what a mapping takes over from another. */
export const MERGE = '<<';

/** What a mapping holds, in the order of the text. */
export function pairsOf(map: YAMLMap): readonly TextPair[] {
  return map.items as TextPair[]; // What a parser makes holds nodes only.
}

/** Whether a mapping is to be taken over. In quotes, the key is a name like any other. */
export function isMerge({ key: name }: TextPair): boolean {
  return isScalar(name) && name.value === MERGE && name.type === 'PLAIN';
}

/** What a key is called. */
export function nameOf(node: Node): string {
  return isScalar(node) ? (node.source ?? String(node.value)) : '(not text)';
}

/** What is wrong with a key by itself. */
export function keyFault(
  node: Node,
  name: string,
): Pick<Finding, 'found' | 'expected'> | undefined {
  if (!isScalar(node)) return { found: 'a key that is not text', expected: 'a name' };
  if (name === '<<')
    return { found: 'a merge key', expected: 'the settings written out, or an alias as a value' };
  if (name === '__proto__') return { found: 'the key "__proto__"', expected: 'another name' };
  return undefined;
}
