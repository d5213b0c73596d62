import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Enrolled, Roll } from '../../src/gateway/roll.ts';

class Member implements Enrolled<Member> {
  ahead: Member | null = null;
  behind: Member | null = null;
}

const MEMBERS = Array.from({ length: 6 }, () => new Member());
const step = fc.record({ member: fc.constantFrom(...MEMBERS), isAdded: fc.boolean() });

test('a roll is a set in the order of coming, whoever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      for (const member of MEMBERS) Object.assign(member, new Member());
      const roll = new Roll<Member>();
      const set = new Set<Member>();
      for (const { member, isAdded } of steps) {
        if (!isAdded) expect(roll.delete(member)).toBe(set.delete(member));
        else if (!set.has(member)) {
          roll.add(member);
          set.add(member);
        }
        expect([roll.size, [...roll]]).toEqual([set.size, [...set]]);
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
