import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Enrolled, Roll } from '../../src/gateway/roll.ts';

class Member implements Enrolled<Member> {
  ahead: Member | null = null;
  behind: Member | null = null;
}

const MEMBERS = Array.from({ length: 6 }, () => new Member());
const step = fc.record({
  member: fc.constantFrom(...MEMBERS),
  /** Behind so many of those that are there; null: it leaves. */
  place: fc.option(fc.nat(MEMBERS.length)),
});

interface Step {
  readonly member: Member;
  readonly place: number | null;
}

/** Takes the same step on a roll and on a list, and returns the list. */
function taken(roll: Roll<Member>, list: readonly Member[], { member, place }: Step): Member[] {
  const isThere = list.includes(member);
  if (place === null) {
    expect(roll.delete(member)).toBe(isThere);
    return list.filter((one) => one !== member);
  }
  if (isThere) return [...list];
  roll.add(member, place < list.length ? (list[place - 1] ?? null) : undefined);
  return list.toSpliced(place, 0, member);
}

test('a roll is a list of those that are there, whoever comes, goes, and between whom', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      for (const member of MEMBERS) Object.assign(member, new Member());
      const roll = new Roll<Member>();
      let list: readonly Member[] = [];
      for (const one of steps) {
        list = taken(roll, list, one);
        expect([roll.size, roll.first]).toEqual([list.length, list[0] ?? null]);
        expect([...roll].map((member) => MEMBERS.indexOf(member))).toEqual(
          list.map((member) => MEMBERS.indexOf(member)),
        );
      }
    }),
  );
});

test('each may leave at its visit, and holds nothing then', () => {
  const roll = new Roll<Member>();
  const members = [new Member(), new Member(), new Member()];
  for (const member of members) roll.add(member);
  for (const member of roll) roll.delete(member);
  expect(roll.size).toBe(0);
  expect(members).toEqual([new Member(), new Member(), new Member()]);
});
