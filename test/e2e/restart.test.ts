import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program, startProgram } from '../support/program.ts';
import { storeFolder } from '../support/store.ts';
import { startUpstream } from '../support/upstream.ts';

const PERSON = { headers: { accept: 'text/html', 'user-agent': 'Firefox/128.0' } };

interface Seen {
  readonly id: string;
  readonly resolvedAt: string | null;
  readonly endKnownBy: string | null;
  readonly requests: readonly { readonly clientKind: string; readonly count: number }[];
  readonly people: number;
  readonly events?: readonly { readonly kind: string; readonly words: string }[];
}

async function incidentsOf({ opsUrl }: Program): Promise<Seen[]> {
  return JSON.parse((await ask(`${opsUrl}/api/incidents`)).text).incidents;
}

/** Waits for the incident to be as it is wanted. */
function incident(program: Program, isWanted: (seen: Seen) => boolean): Promise<Seen> {
  return eventually(async () => (await incidentsOf(program)).find(isWanted), 10_000);
}

function settingsFor(url: string, store: string): string {
  return `listen: 127.0.0.1:0
ops: 127.0.0.1:0
upstreams:
  app: { endpoints: ["${url}"], component: Main, probe: { every: 300ms } }
limits: { drain: 100ms }
store: ${store}
`;
}

/** Waits until the store's file says that so many requests were answered. */
function stored(file: string, count: number): Promise<true> {
  const database = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => database.close());
  const asked = database.prepare('SELECT requests FROM incidents');
  return eventually(() => {
    const tallies: Seen['requests'] = JSON.parse(String(asked.get()?.requests ?? '[]'));
    return tallies.some((tally) => tally.count >= count) || undefined;
  });
}

async function kill(program: Program): Promise<void> {
  program.signal('SIGKILL');
  await program.ended;
}

test('an incident goes on after a kill, with what was counted before, and ends with the outage', {
  timeout: 30_000,
}, async () => {
  const app = await startUpstream();
  const file = join(await storeFolder(), 'candor.sqlite');
  const settings = settingsFor(app.url, file);
  const before = await openProgram({ settings });
  await app.refuse();
  const opened = await incident(before, ({ resolvedAt }) => resolvedAt === null);
  for (let count = 0; count < 3; count += 1) await ask(before.url, PERSON);
  await stored(file, 3);
  await kill(before);
  await before[Symbol.asyncDispose]();

  const after = await startProgram({ settings });
  await ask(after.url);
  const [first] = await incidentsOf(after);
  expect(first).toMatchObject({ id: opened.id, resolvedAt: null });
  await after.logged('verdict changed');
  await ask(after.url, PERSON);
  await incident(after, ({ requests }) => requests.some(({ count }) => count >= 4));
  await app.accept();
  const resolved = await incident(after, ({ resolvedAt }) => resolvedAt !== null);
  expect(resolved).toMatchObject({ id: opened.id, endKnownBy: 'recovery', people: 1 });
  expect(await incidentsOf(after)).toHaveLength(1);
  const { text } = await ask(`${after.opsUrl}/api/incidents/${opened.id}`);
  const { events = [] }: Seen = JSON.parse(text);
  expect(events.map(({ words }) => words)).toEqual(
    expect.arrayContaining([
      'No endpoint passed its probe: the connection was refused.',
      'The incident was opened: the connection was refused.',
      'The gateway started.',
      'The incident ended: requests were served again.',
    ]),
  );
});

test('an outage that ended while the gateway was not running ends with its first look', async () => {
  const app = await startUpstream();
  const file = join(await storeFolder(), 'candor.sqlite');
  const settings = settingsFor(app.url, file);
  const before = await openProgram({ settings });
  await app.refuse();
  await before.logged('incident opened');
  await before[Symbol.asyncDispose]();
  await app.accept();
  const after = await startProgram({ settings });
  const seen = await incident(after, ({ resolvedAt }) => resolvedAt !== null);
  expect(seen.endKnownBy).toBe('restart');
  expect(await incidentsOf(after)).toHaveLength(1);
});
