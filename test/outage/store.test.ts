import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { MIGRATIONS } from '../../src/outage/migrations.ts';
import { openStore, type Store } from '../../src/outage/store.ts';
import type { SqlValue } from '../../src/outage/store-messages.ts';
import { eventually } from '../support/eventually.ts';
import { linesInto } from '../support/log-lines.ts';
import { storeFolder, testStore } from '../support/store.ts';

const event = (at: number, details = '{}'): SqlValue[] => [
  at,
  'act',
  'test',
  null,
  'words',
  details,
  null,
];

async function times(store: Store): Promise<number[]> {
  const rows = await store.read<{ at: number }>('events.between', [0, 1e15]);
  return rows.map(({ at }) => at);
}

test('what is read has all that was handed over before in it, in memory as well', async () => {
  const { store } = await testStore();
  for (let at = 1; at <= 1_200; at += 1) store.write('events.add', event(at));
  expect(await times(store)).toHaveLength(1_200);
  await store.flush();
  expect(store.counts).toMatchObject({ written: 1_200, waiting: 0, dropped: 0, refused: 0 });
});

test('what was handed over last is there after the disposal, in a file of its owner alone', async () => {
  const file = join(await storeFolder(), 'candor.sqlite');
  const first = await testStore(file);
  first.store.write('events.add', event(1));
  await first.store[Symbol.asyncDispose]();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const second = await testStore(file);
  expect(await times(second.store)).toEqual([1]);
  await second.store.flush();
  second.store.write('events.add', event(2));
  await second.store.flush();
  expect(second.store.counts.bytes).toBeGreaterThan(4_096);
  expect(second.lines).toEqual([]);
});

test('a row that no table takes is left out and told, and the others are written', async () => {
  const { store, lines } = await testStore();
  store.write('events.add', event(1));
  store.write('events.add', [null, 'act', 'test', null, 'words', '{}', null]);
  store.write('events.add', event(3));
  expect(await times(store)).toEqual([1, 3]);
  await store.flush();
  expect(store.counts).toMatchObject({ written: 2, refused: 1 });
  expect(store.isWell).toBe(true);
  expect(lines).toMatchObject([{ msg: 'store row refused', statement: 'events.add' }]);
});

test('a file that is broken is moved aside, and a new one begun', async () => {
  const folder = await storeFolder();
  const file = join(folder, 'candor.sqlite');
  const before = await testStore(file);
  for (let at = 1; at <= 500; at += 1) before.store.write('events.add', event(at, 'x'.repeat(99)));
  await before.store[Symbol.asyncDispose]();
  await truncate(file, 20_000);
  const { store, lines } = await testStore(file);
  store.write('events.add', event(1));
  await eventually(() => store.isWell || undefined);
  expect(await times(store)).toEqual([1]);
  const names = await readdir(folder);
  expect(names.filter((name) => /^candor\.sqlite\.corrupt-\d{8}T\d{6}Z$/.test(name))).toHaveLength(
    1,
  );
  expect(lines.map(({ msg }) => msg)).toContain('store corrupt, moved aside, a new one begun');
});

test('bytes that are no database are moved aside, a text is left alone', async () => {
  const folder = await storeFolder();
  const [noise, text] = [join(folder, 'noise'), join(folder, 'candor.yaml')];
  await writeFile(noise, Buffer.alloc(9_000));
  await writeFile(text, 'listen: 127.0.0.1:8080\n');
  const moved = await testStore(noise);
  await eventually(() => moved.store.isWell || undefined);
  const left = await testStore(text);
  left.store.write('events.add', event(1));
  expect(left.store.isWell).toBe(false);
  expect(left.lines).toMatchObject([{ msg: 'store cannot be written', code: 'not_a_store' }]);
  await left.store[Symbol.asyncDispose]();
  expect(left.lines.at(-1)).toMatchObject({ msg: 'store rows lost', waiting: 1 });
  expect(await readFile(text, 'utf8')).toBe('listen: 127.0.0.1:8080\n');
  expect((await readdir(folder)).filter((name) => name.startsWith('noise.corrupt'))).toHaveLength(
    1,
  );
});

test.for([
  { name: 'of another program', sql: 'CREATE TABLE theirs (one)', code: 'not_a_store' },
  { name: 'of a later version', sql: '', code: 'newer_schema' },
])('a database $name is not written', async ({ sql, code }) => {
  const file = join(await storeFolder(), 'candor.sqlite');
  if (sql === '') await (await testStore(file)).store[Symbol.asyncDispose]();
  const database = new DatabaseSync(file);
  database.exec(sql || `PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  database.close();
  const before = await readFile(file);
  const { store, lines } = await testStore(file);
  store.write('events.add', event(1));
  await expect(store.read('events.between', [0, 1])).rejects.toMatchObject({ code });
  expect(store.isWell).toBe(false);
  expect(lines).toMatchObject([{ level: 'error', msg: 'store cannot be written', code }]);
  await store[Symbol.asyncDispose]();
  expect(await readFile(file)).toEqual(before);
});

test('rows wait for a file that another program holds, and are written when it lets go', async () => {
  const file = join(await storeFolder(), 'candor.sqlite');
  const { store, lines } = await testStore(file);
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  store.write('events.add', event(1));
  await store.flush(); // Ends with the trouble: nobody waits for a disk for ever.
  expect(store.isWell).toBe(false);
  store.write('events.add', event(2));
  expect(store.counts).toMatchObject({ written: 0, waiting: 2 });
  other.exec('ROLLBACK');
  other.close();
  await eventually(() => store.isWell || undefined);
  expect(await times(store)).toEqual([1, 2]);
  expect(lines.map(({ msg }) => msg)).toEqual(['store cannot be written', 'store written again']);
});

test('a full disk is an alarm, and what waits is written when there is room', async (context) => {
  const folder = await storeFolder();
  const mounted = mountSmall(folder);
  context.skip(!mounted, 'a small file system takes the right to mount one');
  const { store, lines } = await testStore(join(folder, 'candor.sqlite'));
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
  const large = 'x'.repeat(10_000);
  for (let at = 1; at <= 400; at += 1) store.write('events.add', event(at, large));
  await eventually(() => (store.isWell ? undefined : true));
  expect(lines).toMatchObject([{ level: 'error', code: 'disk_full' }]);
  await truncate(ballast, 0);
  execFileSync('mount', ['-o', 'remount,size=16m', folder]);
  await eventually(() => store.isWell || undefined);
  expect(await times(store)).toHaveLength(400);
});

test('a read-only disk is an alarm', async (context) => {
  const folder = await storeFolder();
  const mounted = mountSmall(folder);
  context.skip(!mounted, 'a file system of its own takes the right to mount one');
  const file = join(folder, 'candor.sqlite');
  await (await testStore(file)).store[Symbol.asyncDispose]();
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  const { store, lines } = await testStore(file);
  store.write('events.add', event(1));
  await store.flush();
  expect(store.isWell).toBe(false);
  expect(lines).toMatchObject([{ level: 'error', msg: 'store cannot be written' }]);
  execFileSync('mount', ['-o', 'remount,rw', folder]);
  await eventually(() => store.isWell || undefined);
  expect(await times(store)).toEqual([1]);
});

test('a folder that is not there is an alarm', async () => {
  const { store, lines } = await testStore(join(await storeFolder(), 'none', 'candor.sqlite'));
  expect(store.isWell).toBe(false);
  expect(lines).toMatchObject([{ msg: 'store cannot be written', code: 'cannot_open' }]);
});

test.for([
  { name: 'deleted', put: (file: string) => unlink(file) },
  { name: 'another one', put: (file: string) => rename(`${file}.other`, file) },
])(
  'a file that is $name while it is written is an alarm, and rows go on where it was',
  async ({ put }) => {
    const file = join(await storeFolder(), 'candor.sqlite');
    const other = await testStore(`${file}.other`);
    await other.store[Symbol.asyncDispose]();
    const { store, lines } = await testStore(file);
    store.write('events.add', event(1));
    await store.flush();
    await put(file);
    store.write('events.add', event(2));
    await eventually(() => (store.counts.written === 2 ? true : undefined));
    expect(lines).toMatchObject([
      { level: 'error', msg: 'store cannot be written', code: 'file_gone' },
      { msg: 'store written again' },
    ]);
    await store[Symbol.asyncDispose]();
    expect(await times((await testStore(file)).store)).toEqual([2]);
  },
);

test('a thread that dies is an alarm, and the next one writes what it has not', async () => {
  const threads: Worker[] = [];
  const onThread = (thread: Worker) => void threads.push(thread);
  process.on('worker', onThread);
  onTestFinished(() => void process.off('worker', onThread));
  const file = join(await storeFolder(), 'candor.sqlite');
  const { store, lines } = await testStore(file);
  store.write('events.add', event(1));
  await store.flush();
  const ending = threads[0]?.terminate(); // Before anything is asked that it might still answer.
  const asked = store.read('events.between', [0, 1]);
  await Promise.all([ending, expect(asked).rejects.toMatchObject({ code: 'thread_died' })]);
  expect(store.isWell).toBe(false);
  store.write('events.add', event(2));
  await eventually(() => (store.counts.written === 2 ? true : undefined));
  expect(await times(store)).toEqual([1, 2]);
  expect(lines).toMatchObject([
    { level: 'error', msg: 'store cannot be written', code: 'thread_died' },
    { msg: 'store written again' },
  ]);
});

test('who only reads neither makes a file nor changes one', async () => {
  const folder = await storeFolder();
  const file = join(folder, 'candor.sqlite');
  const lines: Record<string, unknown>[] = [];
  const absent = await openStore({ file, access: 'read', log: linesInto(lines) });
  await expect(absent.read('events.between', [0, 1])).rejects.toMatchObject({
    code: 'cannot_open',
  });
  await absent[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  const { store } = await testStore(file);
  store.write('events.add', event(1));
  await store.flush();
  const reader = await openStore({ file, access: 'read', log: linesInto(lines) });
  onTestFinished(() => reader[Symbol.asyncDispose]());
  expect(await times(reader)).toEqual([1]);
});

test('no more rows wait than there is room for', async () => {
  const { store } = await testStore(join(await storeFolder(), 'none', 'candor.sqlite'));
  for (let at = 0; at < 20_005; at += 1) store.write('events.add', event(at));
  expect(store.counts).toMatchObject({ waiting: 20_000, dropped: 5 });
});

/** A file system of 2 MiB, where the test may mount one. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder], { stdio: 'ignore' });
  } catch {
    return false; // No right to, or not this system.
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return true;
}
