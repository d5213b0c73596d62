import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Answer, Asker } from '../../src/answer/answer.ts';
import { readAsk, recognise } from '../../src/answer/client-kind.ts';
import { ROWS } from '../../src/answer/client-table.ts';
import { idlePlan } from '../../src/cli/idle-plan.ts';
import { parseSettings } from '../../src/config/load.ts';
import { matchRoute } from '../../src/gateway/match-route.ts';
import { answererOf, asker, bodyOf, fieldsOf, matter } from './samples.ts';

/** Written anew with `npx vitest run --project all test/answer/examples.test.ts -u`. */
const FILE = '../../docs/answer-examples.md';
const HOST = 'http://127.0.0.1:8080';

const SETTINGS = `brand: { name: ChargeOver, support: "mailto:support@chargeover.com" }
statusPage: { url: https://status.chargeover.com }
upstreams:
  app: { endpoints: [http://127.0.0.1:3000], component: Main Application }
routes:
  - { path: /api/, upstream: app, errors: envelope, cors: ["https://portal.example.com"] }
  - { path: /graphql, upstream: app, kind: graphql }
  - { path: /hooks/, upstream: app, kind: webhook }
  - { path: /open.gif, upstream: app, kind: pixel }
  - { upstream: app }
errors:
  envelope: { code: "{status}", message: "{message}", reference: "{reference}" }
`;

/** By row of the table: what is asked, with curl. */
const EXAMPLES: readonly (readonly [row: number, curl: string])[] = [
  [2, `curl -i -H 'Connection: Upgrade' -H 'Upgrade: websocket' ${HOST}/socket`],
  [
    3,
    `curl -i -X OPTIONS -H 'Origin: https://portal.example.com' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type' ${HOST}/api/v3/customer`,
  ],
  [
    3,
    `curl -i -X OPTIONS -H 'Origin: https://other.example.com' -H 'Access-Control-Request-Method: POST' ${HOST}/api/v3/customer`,
  ],
  [4, `curl -i -H 'Content-Type: application/grpc-web+proto' -d '' ${HOST}/shop.Cart/Add`],
  [5, `curl -i -H 'SOAPAction: ""' -H 'Content-Type: text/xml' -d '<x/>' ${HOST}/soap`],
  [5, `curl -i -H 'Content-Type: application/soap+xml' -d '<x/>' ${HOST}/soap`],
  [6, `curl -i -H 'Accept: application/graphql-response+json' -d '{}' ${HOST}/graphql`],
  [6, `curl -i '${HOST}/graphql?query=%7Bme%7D'`],
  [7, `curl -i -H 'Accept: text/event-stream' -H 'Sec-Fetch-Mode: cors' ${HOST}/news`],
  [7, `curl -i -H 'Accept: text/event-stream' ${HOST}/news`],
  [8, `curl -i -H 'Sec-Fetch-Dest: image' ${HOST}/logo`],
  [8, `curl -i ${HOST}/open.gif`],
  [9, `curl -i -H 'Sec-Fetch-Dest: script' ${HOST}/app.js`],
  [9, `curl -i -H 'Sec-Fetch-Dest: worker' ${HOST}/worker.js`],
  [10, `curl -i -H 'Content-Type: application/json' -d '{}' ${HOST}/hooks/payment`],
  [11, `curl -i ${HOST}/api/v3/customer`],
  [12, `curl -i -H 'Accept: text/html' ${HOST}/invoices`],
  [12, `curl -i -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: iframe' ${HOST}/invoices`],
  [13, `curl -i -H 'Accept: text/html' -H 'X-Requested-With: XMLHttpRequest' ${HOST}/invoices`],
  [14, `curl -i -H 'Accept: application/json' ${HOST}/invoices`],
  [14, `curl -i -H 'Accept: application/problem+json' ${HOST}/invoices`],
  [15, `curl -i -H 'Accept: application/xml' ${HOST}/invoices`],
  [16, `curl -i ${HOST}/site.css`],
  [17, `curl -i ${HOST}/invoices`],
  [17, `curl -I ${HOST}/invoices`],
];

const loaded = await parseSettings({ text: SETTINGS, file: 'examples.yaml' });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { routes } = idlePlan(loaded.settings);
const ANSWERER = answererOf({ settings: loaded.settings });

test('every row has an example', () => {
  const shown = new Set(EXAMPLES.map(([row]) => row));
  expect([...shown]).toEqual(ROWS.map(({ row }) => row));
});

test.for(EXAMPLES)('row %i: %s', ([row, curl]) => {
  expect(recognise(readAsk(askedBy(curl))).row.row).toBe(row);
});

test('docs/answer-examples.md shows what is answered', async () => {
  await expect(page()).toMatchFileSnapshot(FILE);
});

test('docs/answers.md leads there', () => {
  const answers = readFileSync(new URL('../../docs/answers.md', import.meta.url), 'utf8');
  expect(answers).toContain('(answer-examples.md)');
});

function page(): string {
  const sections = ROWS.map(({ row, client }) => {
    const examples = EXAMPLES.filter(([number]) => number === row).map(([, curl]) => example(curl));
    return `## ${row}. ${client}\n\n${examples.join('\n\n')}`;
  });
  return `# Answers, row by row

What each kind of client gets in an outage that the status page has posted, with the command that asks for it: the rows of
[answers.md](answers.md) in their order, row 1 being the gateway's own paths. Start Candor with these settings, nothing on port 3000, and the commands run as they are
written; reference, seconds and times differ. \`candor explain URL --as CLIENT\` says the same without a gateway ([explain.md](explain.md)).

\`\`\`yaml
${SETTINGS}\`\`\`

These fields are on every answer, and left out below: \`Cache-Control: no-store\`, \`Link: <https://status.chargeover.com/>; rel="status"\`, \`X-Request-Id\`, \`Vary\`,
\`Content-Language\`, \`X-Robots-Tag: noindex\`, \`X-Content-Type-Options: nosniff\`. \`Date\` and \`Connection\` (\`close\` for a
WebSocket) come when an answer is sent. Of pages the title is shown.

${sections.join('\n\n')}
`;
}

const EVERYWHERE = new Set([
  ...['cache-control', 'link', 'x-request-id', 'vary', 'content-language', 'x-robots-tag'],
  ...['x-content-type-options', 'content-security-policy', 'referrer-policy'],
]);

function example(curl: string): string {
  const answer = ANSWERER.answer(askedBy(curl), matter());
  const isPage = answer.headers.includes('text/html; charset=utf-8');
  const fields = answer.headers.flatMap((name, index) => {
    if (index % 2 === 1 || EVERYWHERE.has(name.toLowerCase())) return [];
    // A page is not shown whole, and its length is another one with each change of its looks.
    return [`${name}: ${isPage && name === 'Content-Length' ? '…' : answer.headers[index + 1]}`];
  });
  const head = [`HTTP/1.1 ${answer.status} ${answer.reasonPhrase}`, ...fields];
  return `\`\`\`sh\n${curl}\n\`\`\`\n\`\`\`http\n${[...head, ...bodyLines(answer)].join('\n')}\n\`\`\``;
}

function bodyLines(answer: Answer): readonly string[] {
  const body = bodyOf(answer);
  if (body === '') return [];
  const type = fieldsOf(answer)['content-type'] ?? '';
  if (type === 'image/gif') return ['', `(${answer.body.length} bytes: a transparent pixel)`];
  if (!type.startsWith('text/html')) return ['', body.trimEnd()];
  const title = /<title>.*<\/title>/.exec(body)?.[0] ?? '';
  return ['', '<!doctype html>', '…', title, '…'];
}

const METHOD_OF: Readonly<Record<string, string>> = { '-I': 'HEAD', '-d': 'POST' };

/** What the command sends, as far as answers depend on it. */
function askedBy(curl: string): Asker {
  const words = [...curl.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare = '']) => quoted ?? bare,
  );
  const headers = new Map([
    ['Host', '127.0.0.1:8080'],
    ['User-Agent', 'curl/8.9.1'],
    ['Accept', '*/*'],
  ]);
  let method = 'GET';
  for (const [index, word] of words.entries()) {
    const next = words[index + 1] ?? '';
    method = word === '-X' ? next : (METHOD_OF[word] ?? method);
    const [, name, value] = /^([^:]+): (.*)$/.exec(word === '-H' ? next : '') ?? [];
    if (name !== undefined) headers.set(name, value ?? '');
  }
  const target = (words.at(-1) ?? '').slice(HOST.length);
  const route = matchRoute(routes, { authority: '127.0.0.1:8080', target, method });
  const rawHeaders = [...headers].flat();
  return asker({}, { method, target, rawHeaders, route: route?.settings ?? null });
}
