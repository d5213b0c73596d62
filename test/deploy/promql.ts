import { parser } from '@prometheus-io/lezer-promql';

/** What an expression of Prometheus names, and whether its grammar takes it. */
export interface Named {
  readonly isValid: boolean;
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

/** Reads an expression by Prometheus' own grammar. */
export function readExpression(text: string): Named {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  let isValid = true;
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      if (type.isError) isValid = false;
      if (name === 'Identifier') metrics.add(text.slice(from, to));
      if (name === 'LabelName') labels.add(text.slice(from, to));
    },
  });
  return { isValid, metrics: [...metrics], labels: [...labels] };
}
