import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricSources } from '../../src/ops/metrics.ts';
import { opsDeps } from '../ops/ops-server.ts';
import { startProgram } from '../support/program.ts';
import { readExpression } from './promql.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy');

/** Labels that Prometheus itself adds to what it scrapes. */
const ADDED = ['job', 'instance'];

/** An expression, and the labels that texts beside it name. */
interface Use {
  readonly where: string;
  readonly expression: string;
  readonly inTexts: readonly string[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** Each metric of the program as users start it, by the names of its series, with its labels. */
async function scraped(): Promise<ReadonlyMap<string, readonly string[]>> {
  const where = ['--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'];
  const program = await startProgram({ args: ['--upstream', 'http://127.0.0.1:9', ...where] });
  const scrape = await fetch(new URL('/metrics', program.opsUrl));
  // A metric without a series has a type in a scrape all the same, and no labels yet.
  const declared = new Map(metricSources(opsDeps()).map(({ name, labels }) => [name, labels]));
  const found = new Map<string, readonly string[]>();
  for (const [, name = '', type] of (await scrape.text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    const labels = declared.get(name) ?? [];
    found.set(name, labels);
    if (type === 'histogram') found.set(`${name}_bucket`, [...labels, 'le']);
  }
  return found;
}

async function alertRules(): Promise<Rule[]> {
  const file = await readFile(join(DEPLOY, 'prometheus/candor.rules.yml'), 'utf8');
  return parse(file).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
}

async function dashboard() {
  return JSON.parse(await readFile(join(DEPLOY, 'grafana/candor.json'), 'utf8'));
}

async function uses(): Promise<Use[]> {
  const { panels, annotations, templating } = await dashboard();
  const inPanels = panels.flatMap(({ title, targets }: Panel) =>
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      // What Grafana puts in the place of its own variable.
      expression: expr.replaceAll('$__rate_interval', '5m'),
      inTexts: namesIn(legendFormat, /\{\{(\w+)\}\}/g),
    })),
  );
  const marks = annotations.list.map(
    (mark: { name: string; expr: string; titleFormat: string }) => {
      const inTexts = namesIn(mark.titleFormat, /\{\{(\w+)\}\}/g);
      return { where: mark.name, expression: mark.expr, inTexts };
    },
  );
  const variables = templating.list.flatMap(({ name, definition = '' }: Record<string, string>) => {
    const [, expression, label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
    return expression === undefined ? [] : [{ where: name, expression, inTexts: [label] }];
  });
  const alerts = (await alertRules()).map(({ alert, expr, annotations: texts }) => ({
    where: alert,
    expression: expr,
    inTexts: namesIn(JSON.stringify(texts), /\$labels\.(\w+)/g),
  }));
  return [...inPanels, ...marks, ...variables, ...alerts];
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

test('every expression is one, of metrics that a scrape has and of labels that they have', async () => {
  const [all, known] = await Promise.all([uses(), scraped()]);
  expect(all.length).toBeGreaterThan(30);
  const wrong = all.flatMap(({ where, expression, inTexts }) => {
    const { isValid, metrics, labels } = readExpression(expression);
    const possible = [...ADDED, ...metrics.flatMap((name) => known.get(name) ?? [])];
    return [
      ...(isValid ? [] : [`${where}: ${expression} is not understood`]),
      ...(metrics.length > 0 ? [] : [`${where}: no metric`]),
      ...metrics.filter((name) => !known.has(name)).map((name) => `${where}: no metric ${name}`),
      ...[...labels, ...inTexts]
        .filter((label) => !possible.includes(label))
        .map((label) => `${where}: no label ${label}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test('each alert says how urgent it is, and the page tells of it', async () => {
  const page = await readFile(join(DEPLOY, '../docs/monitoring.md'), 'utf8');
  const alerts = await alertRules();
  expect(alerts.map(({ labels }) => labels.severity)).not.toContain(undefined);
  const told = [...page.matchAll(/^\| `(Candor\w+)` \| (\w+) \|/gm)].map(([, ...row]) => row);
  expect(told).toEqual(alerts.map(({ alert, labels }) => [alert, labels.severity]));
});

test('panels of the dashboard do not overlap, and each has an id of its own', async () => {
  const { panels } = await dashboard();
  const cells = panels.flatMap(
    ({ gridPos: { x, y, w, h } }: { gridPos: Record<'x' | 'y' | 'w' | 'h', number> }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from(
        { length: w * h },
        (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`,
      );
    },
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
});

test('a label that a metric lacks, and a metric that is none, would be found', () => {
  expect(readExpression('sum by (upstram) (rate(candor_nothing{a="b"}[5m]))')).toEqual({
    isValid: true,
    metrics: ['candor_nothing'],
    labels: ['upstram', 'a'],
  });
  expect(readExpression('sum by (').isValid).toBe(false);
});
