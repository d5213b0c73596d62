import fc from 'fast-check';
import { expect, test } from 'vitest';
import { People } from '../../src/outage/people.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);
const DAY_MS = 24 * 3_600_000;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Lets so many people of a network be seen, each some times. */
function crowd(people: People, count: number, from = 0): void {
  for (let index = from; index < from + count; index += 1) {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    for (let times = 0; times < 3; times += 1) people.saw('app', address, BROWSER);
  }
}

/** Two people fall into one place of the sketch now and then: the salt is another one each time. */
function expectAbout(told: number | null, count: number): void {
  expect(Math.abs((told ?? 0) - count)).toBeLessThanOrEqual(Math.max(1, count / 20));
}

async function newPeople() {
  const store = storeHere();
  const people = new People(store);
  await people.start(AT);
  return { store, people };
}

test.for([1, 2, 5, 40])('%i people are as many, or nearly', async (count) => {
  const { people } = await newPeople();
  crowd(people, count);
  expectAbout(people.settle('app', 'one'), count);
});

test.for([1_000, 30_000])('%i people are about as many', async (count) => {
  const { people } = await newPeople();
  crowd(people, count);
  const told = people.settle('app', 'one') ?? 0;
  expect(Math.abs(told - count) / count).toBeLessThan(0.06);
});

test('an address with two browsers is two people, and two addresses with one are two', async () => {
  const { people } = await newPeople();
  people.saw('app', '10.0.0.1', BROWSER);
  people.saw('app', '10.0.0.1', 'curl/8');
  people.saw('app', '10.0.0.2', BROWSER);
  people.saw('login', '10.0.0.9', BROWSER);
  expect(people.settle('app', 'one')).toBe(3);
});

test('browsers that differ in their last letter are told apart, whatever the length of their names', async () => {
  const { people } = await newPeople();
  for (let length = 0; length < 20; length += 1) {
    for (const last of ['a', 'b']) people.saw('app', '10.0.0.1', 'x'.repeat(length) + last);
  }
  expectAbout(people.settle('app', 'one'), 40);
});

test('who was seen before a restart is not counted again, and the salt of a day goes with it', async () => {
  const { store, people } = await newPeople();
  crowd(people, 50);
  people.settle('app', 'one');
  const later = new People(store);
  await later.start(AT + 60_000);
  await later.restore('app', 'one');
  crowd(later, 20, 40);
  expectAbout(later.settle('app', 'one'), 60);
  later.turn(AT + DAY_MS);
  crowd(later, 5);
  expectAbout(later.settle('app', 'one'), 65);
  expect(await store.read('salts.of', ['2023-07-19'])).toEqual([]);
  const rows = await store.read<{ day: string; sketch: Uint8Array | null }>('people.of', ['one']);
  expect(rows.map(({ day, sketch }) => [day, sketch === null])).toEqual([
    ['2023-07-19', true],
    ['2023-07-20', false],
  ]);
  for (const [seen, days] of [
    [10, 1],
    [15, 2],
  ] as const) {
    const restarted = new People(store);
    await restarted.start(AT + days * DAY_MS);
    await restarted.restore('app', 'one');
    expect(restarted.settle('app', 'one')).toBeNull();
    crowd(restarted, 5, 100 * days);
    expectAbout(restarted.settle('app', 'one'), 60 + seen);
  }
});

test('a day that goes on begins no other, and what is kept of the same people is another each day', async () => {
  const { store, people } = await newPeople();
  crowd(people, 20);
  expectAbout(people.settle('app', 'one'), 20);
  people.turn(AT + 60_000);
  crowd(people, 20);
  expect(people.settle('app', 'one')).toBeNull();
  const sketchOf = async (day: string) => {
    const rows = await store.read<{ day: string; sketch: Uint8Array }>('people.of', ['one']);
    return rows.find((row) => row.day === day)?.sketch;
  };
  const first = await sketchOf('2023-07-19');
  people.turn(AT + DAY_MS);
  crowd(people, 20);
  people.settle('app', 'one');
  const second = await sketchOf('2023-07-20');
  expect(first).toHaveLength(4096);
  expect(second).toHaveLength(4096);
  expect(second).not.toEqual(first);
});

test('where the store cannot be read, people are counted anew', async () => {
  const store = storeHere();
  await store[Symbol.asyncDispose]();
  const people = new People(store);
  await people.start(AT);
  await people.restore('app', 'one');
  crowd(people, 5);
  expectAbout(people.settle('app', 'one'), 5);
});

test('in whatever order people are seen, and how often, nobody is counted twice', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9'), maxLength: 9 });
  const person = fc.tuple(text, text);
  const { people } = await newPeople();
  fc.assert(
    fc.property(
      fc.array(person, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (all, order) => {
        const distinct = new Set(all.map(([address, browser]) => `${address} ${browser}`)).size;
        for (const one of all) people.saw('app', ...one);
        for (const next of order.take(20))
          people.saw('app', ...(all[next % all.length] ?? ['', '']));
        const told = people.settle('app', 'one') ?? 0;
        people.forget('app');
        expect(told).toBeLessThanOrEqual(distinct);
        // Two may fall into one place of the sketch, three pairs of so few never do.
        expect(told).toBeGreaterThanOrEqual(distinct - 2);
      },
    ),
  );
});

test('nothing is told again before it changes', async () => {
  const { people } = await newPeople();
  crowd(people, 3);
  expect(people.settle('app', 'one')).toBe(3);
  crowd(people, 3);
  expect(people.settle('app', 'one')).toBeNull();
  people.forget('app');
  crowd(people, 1);
  expect(people.settle('app', 'two')).toBe(1);
});
