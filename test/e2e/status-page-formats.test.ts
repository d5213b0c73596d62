import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AS, ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';
import { wordsOf } from './expect-answer.ts';

const PAGE = readFileSync(new URL('../../docs/status-pages.md', import.meta.url), 'utf8');
/** The file that the page's example serves. */
const SUMMARY = /<<'EOF'\n([\s\S]*?)\nEOF/.exec(PAGE)?.[1] ?? 'the page has no example';

test('the example of the documents: a page is found by itself, and what it says is on the answers', async () => {
  const gone = await startUpstream();
  await gone.refuse();
  const statusPage = await startUpstream((request, response) => {
    const isThere = request.url === '/summary.json';
    response.writeHead(isThere ? 200 : 404).end(isThere ? SUMMARY : '<h1>404</h1>');
  });
  const program = await startProgram({
    settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
statusPage: { url: "${statusPage.url}" }
upstreams:
  app: { endpoints: ["${gone.url}"], probe: { every: 100ms } }
store: memory
`,
  });

  const incident = await eventually(async () => {
    const { text } = await ask(program.url, { headers: { accept: 'application/json' } });
    return JSON.parse(text).outage?.incident ?? undefined;
  });
  expect(incident).toMatchObject({
    name: 'Checkout is down',
    status: 'identified',
    impact: 'critical',
  });
  const page = await ask(program.url, { headers: AS.browser });
  expect(wordsOf(page)).toContain('Checkout is down');
  const found = program.lines.find(({ msg }) => msg === 'status page found');
  expect(found).toMatchObject({ document: `${statusPage.url}/summary.json`, format: 'instatus' });
});
