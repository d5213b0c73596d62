import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Asker } from '../../src/answer/answer.ts';
import { newReference } from '../../src/answer/answerer.ts';
import type { BrandSettings } from '../../src/config/settings.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  logbook,
  matter,
  NAVIGATION,
  NOW,
  published,
  REPORTED,
  settings,
} from './samples.ts';

function brandWith(template: string, file = 'page.eta'): BrandSettings {
  const templates = mkdtempSync(join(tmpdir(), 'candor-templates-'));
  onTestFinished(() => rmSync(templates, { recursive: true }));
  mkdirSync(join(templates, 'parts'));
  writeFileSync(join(templates, file), template);
  return { ...settings().brand!, templates };
}

test("an operator's own page takes the place of ours", () => {
  const brand = brandWith('<h1><%= it.h1 %></h1>');
  const answer = answererOf({ settings: settings({ brand }) }).answer(asker(NAVIGATION), matter());
  expect(bodyOf(answer)).toBe('<h1>Sorry, ChargeOver is unavailable</h1>');
});

test("an operator's own part takes the place of ours, and the rest of the page stays", () => {
  const brand = brandWith('<footer><%= it.brand %> Inc.</footer>\n', 'parts/footer.eta');
  const page = bodyOf(
    answererOf({ settings: settings({ brand }) }).answer(asker(NAVIGATION), matter()),
  );
  expect(page).toContain('</main>\n<footer>ChargeOver Inc.</footer>\n');
  expect(page).toContain('<h2>Need help?</h2>');
});

test.for([
  { name: 'does not compile', template: '<% if (%>' },
  { name: 'fails while it renders', template: '<%= it.nothing.at.all %>' },
  { name: 'includes what is not there', template: "<%~ include('../../etc/hosts') %>" },
])('an own page that $name is reported, and ours is sent', ({ template }) => {
  const { log, lines } = logbook();
  const answerer = answererOf({ settings: settings({ brand: brandWith(template) }), log });
  expect(bodyOf(answerer.answer(asker(NAVIGATION), matter()))).toContain('<h2>Need help?</h2>');
  expect(lines.map(([, message]) => message)).toEqual(['own template failed']);
});

test('when nothing can be rendered, the built-in page has the heading, the link and the reference', () => {
  const { log, lines } = logbook();
  const broken = (): StatusPageState => {
    throw new Error('the status page is broken');
  };
  const answerer = answererOf({ statusPage: broken, log });
  for (const headers of [NAVIGATION, {}, { Accept: 'application/json' }] as Record<
    string,
    string
  >[]) {
    const answer = answerer.answer(asker(headers), matter());
    const page = bodyOf(answer);
    expect(answer.status).toBe(503);
    expect(page).toContain('<h1>Sorry, ChargeOver is unavailable</h1>');
    expect(page).toContain('href="https://status.chargeover.com/"');
    expect(page).toContain('9F3K-7Q2M-4TXB');
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1024);
    expect(fieldsOf(answer)).toMatchObject({
      'content-length': String(Buffer.byteLength(page)),
      'cache-control': 'no-store',
    });
  }
  expect(lines.map(([, message]) => message)).toEqual(['an answer could not be rendered']);
});

test('rubbish for a request is answered all the same', () => {
  const rubbish = {
    rawHeaders: [undefined, 3, {}],
    method: null,
    target: undefined,
    reference: '<',
    route: 7,
  };
  // Not an Asker at all: that is the point.
  const answer = answererOf().answer(rubbish as unknown as Asker, matter());
  expect(answer.status).toBe(503);
});

test('a new belief and a new state of the status page are said at once, the same ones from what was prepared', () => {
  let state: StatusPageState = published();
  let reads = 0;
  const answerer = answererOf({
    statusPage: () => state,
    beliefs: () => {
      reads += 1;
      return [];
    },
  });
  const down = belief('down');
  const heading = (told = down): string | undefined =>
    /<h1 id="(\w+)">/.exec(
      bodyOf(answerer.answer(asker(NAVIGATION), matter({ belief: told }))),
    )?.[1];
  expect([heading(), heading(), reads]).toEqual(['outage_unreported', 'outage_unreported', 1]);
  state = REPORTED;
  expect([heading(), heading(), reads]).toEqual(['outage', 'outage', 2]);
  expect([heading(belief('suspect')), heading()]).toEqual(['suspect', 'outage']);
});

test('what depends on the time of day is made anew within half a minute', () => {
  let now = NOW;
  const answerer = answererOf({ now: () => now, state: published() });
  const told = matter();
  const since = (): string | undefined =>
    /<time[^>]*>([^<]*)/.exec(bodyOf(answerer.answer(asker(NAVIGATION), told)))?.[1];
  expect(since()).toBe('3:27 PM CST (21:27 UTC)');
  now += 86_400_000;
  expect(since()).toBe('3:27 PM CST (21:27 UTC) on Wednesday, March 4');
});

test('a reference is 12 Crockford base32 characters in groups of four, never the same twice', () => {
  const references = Array.from({ length: 5000 }, newReference);
  for (const reference of references) {
    expect(reference).toMatch(
      /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/,
    );
  }
  expect(new Set(references).size).toBe(5000);
});

test("a proxy's own reference is told as it came, without what could break a format", () => {
  const said = (reference: string): string | undefined =>
    fieldsOf(answererOf().answer(asker({}, { reference }), matter()))['x-request-id'];
  expect(said('Root=1-67891233-abcdef012345678912345678')).toBe(
    'Root=1-67891233-abcdef012345678912345678',
  );
  expect(said('a"><b>\r\nc')).toBe('abc');
});
