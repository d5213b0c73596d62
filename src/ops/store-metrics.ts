import type { OpsDeps } from './deps.ts';
import { type MetricSource, plainGauge } from './metric-source.ts';

/** Whether what happens is written down, and how much of it. */
export function storeMetrics({ store }: Pick<OpsDeps, 'store'>): MetricSource[] {
  return [
    plainGauge(
      'candor_store_ok',
      '1 while the store can be written, 0 while rows wait in memory for a disk in trouble.',
      () => (store.isWell ? 1 : 0),
    ),
    plainGauge(
      'candor_store_size_bytes',
      'The size of the file of the store with its journal; 0 in memory, or before the first write.',
      () => store.counts.bytes,
    ),
    plainGauge(
      'candor_store_rows_waiting',
      'Rows that are not written yet.',
      () => store.counts.waiting,
    ),
    {
      type: 'counter',
      name: 'candor_store_rows_total',
      help: 'Rows of the store by what became of them: written, dropped for want of room, refused by the database.',
      labels: ['result'],
      read: () =>
        (['written', 'dropped', 'refused'] as const).map((result) => [
          { result },
          store.counts[result],
        ]),
    },
  ];
}
