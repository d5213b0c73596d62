import { expect, test } from 'vitest';
import { timelinePart } from '../../../src/ops/console/timeline.ts';
import type { TimelineEvent } from '../../../src/outage/timeline.ts';
import { openIncident, opsDeps, runOps } from '../ops-server.ts';

test('the newest is first, and of one moment what came last', () => {
  const happening = (at: number, what: string) => ({ at, source: 'gateway', what });
  const { text } = timelinePart(
    [happening(1, 'one'), happening(2, 'two'), happening(2, 'three')],
    3,
  );
  expect(text.match(/one|two|three/g)).toEqual(['three', 'two', 'one']);
});

test('it is told from the store, and from memory while that cannot be read', async () => {
  const incidents = openIncident();
  const event: TimelineEvent = {
    at: Date.parse('2023-07-19T15:24:00.000Z'),
    kind: 'verdict',
    ...{ source: 'discovery', upstream: 'app', details: {} },
    words: 'Discovery lists no endpoint.',
  };
  const archive = { ...opsDeps().archive, events: async () => [event] };
  const kept = await runOps({ incidents, archive });
  expect((await kept.ask('/')).text).toContain(
    'discovery, app</span> Discovery lists no endpoint.',
  );
  const lost = await runOps({ incidents, archive: { ...archive, events: async () => null } });
  expect((await lost.ask('/')).text).toContain('First failing signal: there is no endpoint');
});
