import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { AS, ask, type Got } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import {
  type Behaviour,
  openUpstream,
  startUpstream,
  type TestUpstream,
} from '../support/upstream.ts';
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

/** The program in front of an application that is gone. */
interface Outage {
  readonly program: Program;
  page(): Promise<Got>;
  /** Has another status page read in place of the last one. */
  turnTo(statusPage: TestUpstream): Promise<void>;
}

async function openOutage(statusPage: TestUpstream): Promise<Outage> {
  const settingsWith = ({ url }: TestUpstream) => `listen: 127.0.0.1:0
ops: 127.0.0.1:0
brand: { name: ChargeOver }
statusPage: { url: "${url}", poll: 300ms }
upstreams:
  app: { endpoints: ["${gone.url}"], component: Main Application, probe: { every: 100ms } }
store: memory
`;
  const program = await openProgram({ settings: settingsWith(statusPage) });
  await eventually(() => (program.lines.some(({ to }) => to === 'down') ? true : undefined));
  return {
    program,
    page: async () => {
      const got = await ask(program.url, { headers: AS.browser });
      expect(got.ms).toBeLessThan(1_000);
      return got;
    },
    turnTo: async (next) => {
      const from = program.lines.length;
      await program.configure(settingsWith(next));
      program.signal('SIGHUP');
      await program.logged('settings reloaded', from);
    },
  };
}

const parts = new AsyncDisposableStack();
let gone: TestUpstream;
let outage: Outage;

beforeAll(async () => {
  gone = parts.use(await openUpstream('serve'));
  await gone.refuse();
  outage = await openOutage(gone);
  parts.use(outage.program);
});
afterAll(() => parts.disposeAsync());

/** Words that would claim to know what the status page says. */
const CLAIM =
  /doesn't mention|Nothing has been posted|Last checked|operational|maintenance|knows about it|says this is|status page is silent|Updates will appear/i;

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
  'of a status page that was never read, because it answers $name, nothing is claimed',
  async ({ behaviour }) => {
    // A reload begins with another status page as one that is not read yet.
    const statusPage = await startUpstream(behaviour);
    await outage.turnTo(statusPage);
    await eventually(() => (statusPage.requests > 0 ? true : undefined));
    for (let count = 0; count < 5; count += 1) {
      const got = await outage.page();
      expect(got.status).toBe(503);
      expect(headingOf(got)).toBe('Sorry, ChargeOver is unavailable');
      expect(shownIn(got)).not.toMatch(CLAIM);
      expect(got.text).toContain(`href="${statusPage.url}/"`);
      expect(got.headers.link).toBe(`<${statusPage.url}/>; rel="status"`);
    }
    const { url } = outage.program;
    const { outage: told } = JSON.parse((await ask(url, { headers: AS.fetch })).text);
    expect(told).toMatchObject({ reported: false, incident: null });
    expect((await ask(url, { headers: AS.curl })).text).not.toMatch(CLAIM);
  },
);

test('a status page that says all is well is told as silent, never as well', async () => {
  await outage.turnTo(await startUpstream(silent));
  const got = await pageSaying(outage, "doesn't mention a problem yet");
  expect(shownIn(got)).toContain('Nothing has been posted yet.');
  expect(shownIn(got)).not.toMatch(/operational/i);
});

test('a status page that was read and then goes away, answers HTML or hangs is said to be out of reach', {
  timeout: 30_000,
}, async () => {
  await Promise.all(
    (['refuse', html, 'hang'] as const).map(async (behaviour) => {
      const statusPage = await startUpstream(silent);
      const lost = await openOutage(statusPage);
      onTestFinished(() => lost.program[Symbol.asyncDispose]());
      await pageSaying(lost, "doesn't mention a problem yet");
      if (behaviour === 'refuse') await statusPage.refuse();
      else statusPage.behave(behaviour);
      const got = await pageSaying(lost, "We can't reach the ChargeOver status page right now.");
      expect(shownIn(got)).toMatch(/We last saw it at /);
      expect(shownIn(got)).not.toContain("doesn't mention a problem");
    }),
  );
});

/** Asks for the page until it says so. A status page that hangs is given up after 5 s. */
function pageSaying({ page }: Outage, words: string): Promise<Got> {
  return eventually(async () => {
    const got = await page();
    return wordsOf(got).includes(words) ? got : undefined;
  }, 15_000);
}

/** What a reader sees of a page: the main part, without the script and its words for later. */
function shownIn(page: Got): string {
  const main = /<main[\s\S]*<\/main>/.exec(wordsOf(page))?.[0] ?? '';
  return main
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}
