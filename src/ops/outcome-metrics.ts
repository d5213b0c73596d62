import type { OpsDeps } from './deps.ts';
import type { MetricSource } from './metric-source.ts';

/** How many writes there were whose outcome nobody here can know. */
export function outcomeMetrics({ answers }: Pick<OpsDeps, 'answers'>): MetricSource[] {
  const { counts } = answers.unknownOutcomes;
  return [
    {
      type: 'counter',
      name: 'candor_unknown_outcomes_total',
      help: 'Writes that were sent and got no whole reply, so that nobody here knows whether they were done.',
      labels: ['upstream', 'payment'],
      read: () =>
        [...counts.values()].map(({ upstream, isPayment, count }) => [
          { upstream, payment: isPayment ? 'yes' : 'no' },
          count,
        ]),
    },
  ];
}
