import { expect, test } from 'vitest';
import { isMap, parseDocument, type YAMLMap } from 'yaml';
import { isMerge, keyFault, nameOf, pairsOf } from '../../src/config/pairs.ts';

function pairsIn(text: string) {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('no mapping');
  return pairsOf(contents as YAMLMap);
}

const ONLY_TEXT = { found: 'a key that is not text', expected: 'a name' };

test.for([
  { text: 'a: 1', name: 'a', isMerging: false, fault: undefined },
  { text: '"a b": 1', name: 'a b', isMerging: false, fault: undefined },
  { text: '007: 1', name: '007', isMerging: false, fault: undefined },
  { text: 'null: 1', name: 'null', isMerging: false, fault: undefined },
  { text: '? [a]\n: 1', name: '(not text)', isMerging: false, fault: ONLY_TEXT },
  { text: '? { a: 1 }\n: 1', name: '(not text)', isMerging: false, fault: ONLY_TEXT },
  {
    ...{ text: '<<: { a: 1 }', name: '<<', isMerging: true },
    fault: {
      found: 'a merge key',
      expected: 'the settings written out, or an alias as a value',
    },
  },
  {
    ...{ text: '"<<": { a: 1 }', name: '<<', isMerging: false },
    fault: {
      found: 'a merge key',
      expected: 'the settings written out, or an alias as a value',
    },
  },
  {
    ...{ text: '__proto__: 1', name: '__proto__', isMerging: false },
    fault: { found: 'the key "__proto__"', expected: 'another name' },
  },
])('$text: its name, and what is wrong with it', ({ text, name, isMerging, fault }) => {
  const [pair, ...more] = pairsIn(text);
  if (pair === undefined) throw new Error('no pair');
  expect(more).toEqual([]);
  expect(nameOf(pair.key)).toBe(name);
  expect(isMerge(pair)).toBe(isMerging);
  expect(keyFault(pair.key, name)).toEqual(fault);
});

test('pairs come in the order of the text', () => {
  expect(pairsIn('b: 1\na: 2\nc: 3').map(({ key }) => nameOf(key))).toEqual(['b', 'a', 'c']);
});
