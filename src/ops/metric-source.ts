/** One time series: the values of its labels, and its number; of a histogram, also which of its parts it is. */
export type Series = readonly [
  labels: Readonly<Record<string, string>>,
  value: number,
  part?: '_bucket' | '_sum' | '_count',
];

/** What a metric is called, and where its numbers come from when somebody asks for them. */
export interface MetricSource {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: () => Iterable<Series>;
}

/** A gauge of one number, without labels. */
export function plainGauge(name: string, help: string, read: () => number | null): MetricSource {
  const series = (): Series[] => {
    const value = read();
    return value === null ? [] : [[{}, value]];
  };
  return { type: 'gauge', name, help, labels: [], read: series };
}
