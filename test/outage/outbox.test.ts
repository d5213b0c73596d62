import { expect, test } from 'vitest';
import { type OutboxRow, outboxIn } from '../../src/outage/outbox.ts';
import { storeHere } from '../support/store-here.ts';

const AT = Date.UTC(2023, 6, 19, 15, 24);

/** A notice that waits to be told, each of whose members is another value. */
function row(over: Partial<OutboxRow> = {}): OutboxRow {
  return {
    ...{ target: 'chat', notice: 'one-opened', incident: 'one', event: 'opened' },
    ...{ body: '{"title":"down"}', state: 'waiting', attempts: 0, createdAt: AT },
    ...{ dueAt: AT + 1_000, settledAt: null, problem: null, memory: null },
    ...over,
  };
}

test('what waits is found after a restart as it was handed over, in its order', async () => {
  const store = storeHere();
  const rows = [
    row(),
    row({ target: 'pager', problem: 'timeout', attempts: 2, memory: '{"key":"k"}' }),
    row({ notice: 'one-resolved', event: 'resolved', state: 'dead', settledAt: AT + 9 }),
  ];
  for (const each of rows) outboxIn(store).put(each);
  expect(await outboxIn(store).load()).toEqual(rows);
});

test('a row takes the place of the one of its target and notice, and keeps what it tells', async () => {
  const outbox = outboxIn(storeHere());
  outbox.put(row());
  outbox.put(row({ target: 'pager' }));
  const sent = { state: 'sent', attempts: 3, dueAt: AT + 5, settledAt: AT + 6 } as const;
  const learnt = { problem: 'timeout', memory: '{"thread":1}' };
  outbox.put(row({ ...sent, ...learnt, body: 'another', createdAt: AT + 99 }));
  expect(await outbox.load()).toEqual([row({ ...sent, ...learnt }), row({ target: 'pager' })]);
});

test('what was settled long ago is forgotten, but for incidents of which something waits', async () => {
  const outbox = outboxIn(storeHere());
  const old = { state: 'sent', createdAt: AT - 1_000 } as const;
  const [settled, recent] = [row({ ...old, incident: 'old', notice: 'a' }), row({ notice: 'b' })];
  const again = row({ ...old, notice: 'c' });
  const later = row({ incident: 'two', notice: 'd', state: 'dead', createdAt: AT });
  for (const each of [settled, recent, again, later]) outbox.put(each);
  outbox.prune(AT);
  expect(await outbox.load()).toEqual([recent, again, later]);
  await outbox.flush();
});
