import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { AS, ask, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type Behaviour, startUpstream, type TestUpstream } from '../support/upstream.ts';
import { headingOf, wordsOf } from './expect-answer.ts';

/** A summary of a Statuspage v2 page on which nothing is posted. */
const SILENT = JSON.stringify({
  page: { id: 'p', name: 'ChargeOver', url: 'https://status.example.com' },
  status: { indicator: 'none', description: 'All Systems Operational' },
  components: [{ id: 'c', name: 'Main Application', status: 'operational', group: false }],
  incidents: [],
  scheduled_maintenances: [],
});

const silent: RequestListener = (_request, response) =>
  response.setHeader('content-type', 'application/json').end(SILENT);
const html: RequestListener = (_request, response) =>
  response
    .setHeader('content-type', 'text/html')
    .end('<h1>All systems operational</h1><p>Planned maintenance tonight</p>');
const brokenJson: RequestListener = (_request, response) =>
  response.setHeader('content-type', 'application/json').end(SILENT.slice(0, -40));
const tenMebibytes: RequestListener = (_request, response) => {
  const text = 'All systems operational. '.repeat(42_000);
  response.setHeader('content-type', 'application/json').write(`{"page":{"name":"`);
  for (let count = 0; count < 10; count += 1) response.write(text);
  response.end('"}}');
};
const unavailable: RequestListener = (_request, response) => response.writeHead(503).end(SILENT);

/** The program in front of an application that is gone, with a status page that behaves so. */
async function startOutage(
  behaviour: Behaviour | RequestListener,
): Promise<{ program: Program; statusPage: TestUpstream; page(): Promise<Got> }> {
  const statusPage = await startUpstream(behaviour);
  const gone = await startUpstream();
  await gone.refuse();
  const program = await startProgram({
    settings: `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver }
statusPage: { url: "${statusPage.url}", poll: 300ms }
upstreams:
  app: { endpoints: ["${gone.url}"], component: Main Application, probe: { every: 100ms } }
store: memory
`,
  });
  const page = async () => {
    const got = await ask(program.url, { headers: AS.browser });
    expect(got.ms).toBeLessThan(1_000);
    return got;
  };
  await eventually(async () => {
    const { text } = await ask(`${program.opsUrl}/api/upstreams`);
    return JSON.parse(text).upstreams[0].verdict === 'down' ? true : undefined;
  });
  return { program, statusPage, page };
}

/** Words that would claim to know what the status page says. */
const CLAIM =
  /doesn't mention|Nothing has been posted|Last checked|operational|maintenance|knows about it|says this is|status page is silent|Updates will appear/i;

describe('a status page that was never read', () => {
  test.for<{ name: string; behaviour: Behaviour | RequestListener }>([
    { name: 'HTML', behaviour: html },
    { name: 'broken JSON', behaviour: brokenJson },
    { name: '10 MiB', behaviour: tenMebibytes },
    { name: 'nothing at all', behaviour: 'hang' },
    { name: 'half of what it promises', behaviour: 'hang_mid_body' },
    { name: '503 with a good document', behaviour: unavailable },
    { name: 'what is not HTTP', behaviour: 'garbage' },
    { name: 'a reset', behaviour: 'reset' },
  ])(
    'because it answers $name is linked to, and nothing is claimed about it',
    async ({ behaviour }) => {
      const { program, statusPage, page } = await startOutage(behaviour);
      await eventually(() => (statusPage.requests > 0 ? true : undefined));
      for (let count = 0; count < 5; count += 1) {
        const got = await page();
        expect(got.status).toBe(503);
        expect(headingOf(got)).toBe('Sorry, ChargeOver is unavailable');
        expect(shownIn(got)).not.toMatch(CLAIM);
        expect(got.text).toContain(`href="${statusPage.url}/"`);
        expect(got.headers.link).toBe(`<${statusPage.url}/>; rel="status"`);
      }
      const { outage } = JSON.parse((await ask(program.url, { headers: AS.fetch })).text);
      expect(outage).toMatchObject({ reported: false, incident: null });
      const { text } = await ask(program.url, { headers: AS.curl });
      expect(text).not.toMatch(CLAIM);
      expect(program.isRunning).toBe(true);
    },
  );
});

test('a status page that says all is well is told as silent, never as well', async () => {
  const { page } = await startOutage(silent);
  const got = await eventually(async () => {
    const candidate = await page();
    return wordsOf(candidate).includes("doesn't mention a problem yet") ? candidate : undefined;
  });
  expect(shownIn(got)).toContain('Nothing has been posted yet.');
  expect(shownIn(got)).not.toMatch(/operational/i);
});

test.for<{ name: string; behaviour: Behaviour | RequestListener | null }>([
  { name: 'goes away', behaviour: null },
  { name: 'answers HTML', behaviour: html },
  { name: 'hangs', behaviour: 'hang' },
])(
  'a status page that was read and then $name is said to be out of reach',
  { timeout: 20_000 },
  async ({ behaviour }) => {
    const { page, statusPage } = await startOutage(silent);
    await eventually(async () => {
      return wordsOf(await page()).includes("doesn't mention a problem yet") ? true : undefined;
    });
    if (behaviour === null) await statusPage.refuse();
    else statusPage.behave(behaviour);
    const got = await eventually(async () => {
      const candidate = await page();
      return wordsOf(candidate).includes("We can't reach the ChargeOver status page right now.")
        ? candidate
        : undefined;
    }, 12_000);
    expect(shownIn(got)).toMatch(/We last saw it at /);
    expect(shownIn(got)).not.toContain("doesn't mention a problem");
  },
);

/** What a reader sees of a page: the main part, without the script and its words for later. */
function shownIn(page: Got): string {
  const main = /<main[\s\S]*<\/main>/.exec(wordsOf(page))?.[0] ?? '';
  return main
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}
