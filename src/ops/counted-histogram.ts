import { Histogram } from 'prom-client';
import type { MetricSource } from './metric-source.ts';

/**
 * A histogram that others have counted already: the library only writes it down.
 *
 * Its own way in is one call for each observation, with the labels looked up: too much for a request's path.
 */
export class CountedHistogram extends Histogram {
  readonly #source: MetricSource;

  constructor(source: MetricSource) {
    const { name, help, labels } = source;
    super({ name, help, labelNames: [...labels], registers: [] });
    this.#source = source;
  }

  /** What the library asks for in place of its own numbers, in whatever form it writes them down; not among its types. */
  async getForPromString(): Promise<object> {
    const { type, name, help, read } = this.#source;
    const values = [...read()].map(([labels, value, part = '']) => {
      return { labels, sharedLabels: {}, value, metricName: `${name}${part}` };
    });
    return { name, help, type, aggregator: 'sum', values };
  }
}
