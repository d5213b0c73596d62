import { expect, test } from 'vitest';
import type { Incidents } from '../../src/outage/incidents.ts';
import type { Recorder } from '../../src/outage/recorder.ts';
import { storeHere } from '../support/store-here.ts';
import { AT, UP } from './followed.ts';
import { recorderOn } from './recorder-on.ts';

/** Lets ten people of each group get an answer in the place of `app`. */
function see(recorder: Recorder, ...groups: readonly string[]): void {
  for (const group of groups) {
    for (let number = 0; number < 10; number += 1) {
      recorder.sawPerson('app', `10.0.0.${number}`, group);
    }
  }
}

/** So many groups belong to the incident: two people may fall into one place of the sketch. */
function expectGroups(incidents: Incidents, count: number): void {
  const people = incidents.latest('app')?.people ?? 0;
  expect(Math.abs(people - 10 * count)).toBeLessThan(4);
}

test('people from the first failing signal to the recovery belong to the incident, no others', async () => {
  const { recorder, incidents, turn, suspect, goDown } = await recorderOn(storeHere());
  see(recorder, 'well');
  recorder.look(AT + 100);
  suspect(1_000);
  see(recorder, 'early');
  recorder.look(AT + 1_100);
  goDown(1_000);
  expectGroups(incidents, 1);
  see(recorder, 'early', 'within');
  recorder.look(AT + 2_000);
  const trouble = { since: AT, detectedAt: AT, cause: 'no_endpoints' } as const;
  turn({ state: 'recovering', ...trouble, recoveredAt: AT + 3_000 }, 3_000);
  see(recorder, 'last');
  turn(UP, 4_000);
  see(recorder, 'after');
  recorder.look(AT + 5_000);
  expectGroups(incidents, 3);
});

test('nobody who was seen in a suspicion that came to nothing belongs to a later incident', async () => {
  const { recorder, incidents, turn, suspect, goDown } = await recorderOn(storeHere());
  suspect(0);
  see(recorder, 'early');
  turn(UP, 100);
  goDown(1_000);
  see(recorder, 'within');
  recorder.look(AT + 2_000);
  expectGroups(incidents, 1);
});

test('who was seen before a restart is not counted again after it', async () => {
  const store = storeHere();
  const before = await recorderOn(store);
  before.goDown(0);
  see(before.recorder, 'one', 'two');
  before.recorder.look(AT + 1_000);
  const after = await recorderOn(store);
  see(after.recorder, 'two', 'three');
  after.recorder.look(AT + 2_000);
  expectGroups(after.incidents, 3);
});
