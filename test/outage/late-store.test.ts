import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { storeFolder, testStore } from '../support/store.ts';
import { AT } from './followed.ts';
import { recorderOn } from './recorder-on.ts';

test('a store that opens late still has its incident continued', async () => {
  const folder = await storeFolder();
  await mkdir(join(folder, 'elsewhere'));
  const first = await testStore(join(folder, 'elsewhere', 'candor.sqlite'));
  (await recorderOn(first.store)).goDown(0);
  await first.store[Symbol.asyncDispose]();
  const { store } = await testStore(join(folder, 'data', 'candor.sqlite'));
  const { recorder, incidents, lines } = await recorderOn(store);
  expect(incidents.list()).toEqual([]);
  await rename(join(folder, 'elsewhere'), join(folder, 'data'));
  await eventually(() => store.isWell || undefined);
  recorder.look(AT + 10_000);
  await eventually(() => incidents.isOpen('app') || undefined);
  expect(lines.map(({ msg }) => msg)).toEqual(['incident continued']);
});
