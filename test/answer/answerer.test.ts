import { expect, test } from 'vitest';
import type { Asker } from '../../src/answer/answer.ts';
import { newReference } from '../../src/answer/answerer.ts';
import { readTemplates } from '../../src/answer/template-sources.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { templateFolder } from '../support/template-folder.ts';
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

test('an own template that fails when it is needed is reported, and the built-in ones serve', () => {
  // Such as one that passed all trials, and depends on the time of day.
  const folder = templateFolder({ 'page.eta': '<%= it.nothing.at.all %>' });
  const whole = settings({ brand: { ...settings().brand!, templates: folder } });
  const { log, lines } = logbook();
  const own = new Map([[folder, { templates: readTemplates(folder), locales: null }]]);
  const answerer = answererOf({ settings: whole, own, log });
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
