import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PLACEHOLDERS } from '../../src/answer/envelope.ts';
import { PROXY_ERROR } from '../../src/answer/proxy-status.ts';
import {
  answererOf,
  asker,
  belief,
  fieldsOf,
  matter,
  NAVIGATION,
  publicAsk,
  statusOf,
} from './samples.ts';

const ANSWERS = read('answers.md');
const STATUS_JSON = read('status-json.md');

function read(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

/** The first cells of the table under a heading, or of the first table with that header cell. */
function column(text: string, header: string): string[] {
  const rows = text
    .slice(text.indexOf(`\n| ${header} |`))
    .trimStart()
    .split('\n');
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows
    .slice(2, end)
    .flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`\{?(\w+)\}?`/g)].map(([, name]) => String(name)),
    );
}

test('docs/answers.md lists the client kinds in their order', () => {
  expect(column(ANSWERS, 'kind')).toEqual([
    ...[
      'websocket',
      'preflight',
      'grpc',
      'soap',
      'graphql',
      'event_source',
      'image',
      'subresource',
    ],
    ...['webhook', 'api', 'person', 'html_fetch', 'fetch', 'xml', 'extension', 'other'],
  ]);
});

test('docs/answers.md translates each cause as the code does', () => {
  expect(column(ANSWERS, 'cause')).toEqual(Object.keys(PROXY_ERROR));
  for (const [cause, error] of Object.entries(PROXY_ERROR)) {
    expect(ANSWERS).toContain(
      error === null ? `| \`${cause}\` | none;` : `| \`${cause}\` | \`${error}\` |`,
    );
  }
});

test('docs/answers.md explains every placeholder of an envelope, and every field', () => {
  expect(column(ANSWERS, 'placeholder').toSorted()).toEqual([...PLACEHOLDERS].toSorted());
  for (const name of Object.keys(fieldsOf(answererOf().answer(asker(NAVIGATION), matter())))) {
    expect(ANSWERS.toLowerCase()).toContain(`\`${name}`);
  }
});

test('docs/answers.md shows pictures that exist', () => {
  for (const [, path] of ANSWERS.matchAll(/\((screenshots\/[^)]+)\)/g)) {
    expect(existsSync(new URL(`../../docs/${path}`, import.meta.url)), path).toBe(true);
  }
});

test('docs/status-json.md shows the shape that is sent', () => {
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(STATUS_JSON)?.[1] ?? 'null');
  const sent = JSON.parse(statusOf(answererOf(), [belief()], { upstream: 'app' }).body);
  expect({ ...shown, updates: [] }).toEqual({ ...sent, updates: [] });
  expect(Object.keys(shown.updates[0])).toEqual(Object.keys(sent.updates[0]));
});

test("each problem's type leads to a short page", () => {
  const answerer = answererOf();
  const { type } = JSON.parse(
    answerer.answer(asker({ Accept: 'application/json' }), matter()).body.toString(),
  );
  const page = answerer.problemPage(type.slice('/_candor/problems/'.length), publicAsk());
  expect(page?.body).toContain('<h1>ChargeOver is unavailable</h1>');
  expect(answerer.problemPage('outcome-unknown', publicAsk())?.body).toContain(
    'a repeat could create a duplicate',
  );
  expect([
    answerer.problemPage('constructor', publicAsk()),
    answerer.problemPage('', publicAsk()),
  ]).toEqual([null, null]);
});
