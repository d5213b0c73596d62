import { expect, test } from 'vitest';
import type { AnswerFacts } from '../../src/outage/answer-facts.ts';
import { References } from '../../src/outage/references.ts';
import { FACTS } from './unknown-write.ts';

/** Nothing but the client's kind and the route is looked at. */
function facts(clientKind: string, route = 'a'): AnswerFacts {
  return { clientKind, route } as AnswerFacts;
}

const PERSON = facts('person');

test.for([
  { name: 'one of ours', reference: '9F3K-7Q2M-4TXB' },
  { name: 'one character', reference: 'x' },
  { name: 'a UUID', reference: 'c56a4180-65aa-42ec-a945-5fd21dec0538' },
  { name: 'as long as fits', reference: 'x'.repeat(40) },
  { name: 'longer', reference: 'x'.repeat(41) },
  { name: 'as long as a proxy may send', reference: '~'.repeat(128) },
])('$name is found, and no part of it', ({ reference }) => {
  const references = new References(4);
  references.add(1, reference, PERSON);
  references.add(2, `${reference}y`, PERSON);
  expect(references.find(reference)).toEqual([{ at: 1, reference, facts: PERSON }]);
  for (const other of [reference.slice(1), `${reference}z`, '', '\u0178', `${reference}\u0178`]) {
    expect(references.find(other)).toEqual([]);
  }
});

test('the latest are kept, of people and of others each, the newest first', () => {
  const references = new References(3);
  const other = facts('api');
  references.add(0, 'twice', PERSON);
  for (let at = 1; at <= 5; at += 1) references.add(at, 'x'.repeat(39 + (at % 3)), other);
  references.add(6, 'twice', other);

  expect(references.find('twice').map(({ at }) => at)).toEqual([6, 0]);
  expect(references.find('x'.repeat(39)).map(({ at }) => at)).toEqual([]);
  expect(references.find('x'.repeat(40)).map(({ at }) => at)).toEqual([4]);
  expect(references.find('x'.repeat(41)).map(({ at }) => at)).toEqual([5]);
});

test('a slot tells what was answered last in it', () => {
  const references = new References(2);
  const later = facts('person', 'b');
  references.add(1, 'a', PERSON);
  references.add(2, 'b', PERSON);
  references.add(3, 'x'.repeat(60), later);
  references.add(4, 'c', later);
  references.add(5, 'd', PERSON);
  expect(references.find('x'.repeat(60))).toEqual([]);
  expect(references.find('c')).toEqual([{ at: 4, reference: 'c', facts: later }]);
  expect(references.find('d')).toEqual([{ at: 5, reference: 'd', facts: PERSON }]);
});

test('neither what is left in a slot of a longer one nor a letter of the same byte is a reference', () => {
  const references = new References(1);
  references.add(1, 'xxabc', PERSON);
  references.add(2, 'yyy', PERSON);
  for (const other of ['ybc', 'yyybc', '\u0179yy', 'yy\u0179', 'yyy ']) {
    expect(references.find(other)).toEqual([]);
  }
  expect(references.find('yyy')).toHaveLength(1);
});

test('a reference is found while the answer is kept, and people have a ring of their own', () => {
  const references = new References(2);
  references.add(1, 'person', FACTS);
  for (const at of [2, 3, 4]) references.add(at, `api-${at}`, { ...FACTS, clientKind: 'api' });
  references.add(5, 'api-4', { ...FACTS, clientKind: 'api', status: 503 });
  expect(references.find('person')).toEqual([{ at: 1, reference: 'person', facts: FACTS }]);
  expect(references.find('api-2')).toEqual([]);
  expect(references.find('api-4').map(({ at }) => at)).toEqual([5, 4]);
});
