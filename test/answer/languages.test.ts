import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Answer } from '../../src/answer/answer.ts';
import type { Answerer } from '../../src/answer/answerer.ts';
import { loadLocales } from '../../src/answer/locales.ts';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  incident,
  logbook,
  maintenance,
  matter,
  NAVIGATION,
  NOW,
  published,
  settings,
  update,
} from './samples.ts';
import { SCENES, type Scene } from './scenes.ts';

const LOCALES = loadLocales(logbook().log);
const OTHERS = LOCALES.filter(({ language }) => language !== 'en');
const KB = 1024;

/** One for each scene: they speak all languages, and compile their templates once. */
const answerers = new Map<Scene, Answerer>();

function answerTo(language: string, scene: Scene): Answer {
  const { state, settings: whole, beliefs } = scene;
  const made =
    answerers.get(scene) ?? answererOf({ state, settings: whole, beliefs: () => beliefs });
  answerers.set(scene, made);
  const wanted = ['Accept-Language', `${language}-ZZ,en;q=0.5`];
  const asking = { ...scene.asker, rawHeaders: [...scene.asker.rawHeaders, ...wanted] };
  return made.answer(asking, scene.matter);
}

function sceneOf(name: string, over: Partial<Scene> = {}): Scene {
  const found = SCENES.find((scene) => scene.name === name);
  if (found === undefined) throw new Error(`no scene ${name}`);
  return { ...found, ...over };
}

/** What a reader sees, blanks as they are shown. */
function textOf(page: string): string {
  return (
    page
      .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
      .replace(/^[\s\S]*<main>/, '')
      // The status page's own words are marked as English, and stay as they are.
      .replace(/<p lang="en"[^>]*>[^<]*<\/p>/g, '')
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
  );
}

test.for(
  OTHERS.flatMap(({ language, direction }) =>
    SCENES.map((scene) => ({ language, direction, scene, name: scene.name })),
  ),
)('$language: $name', ({ language, direction, scene }) => {
  const answer = answerTo(language, scene);
  const page = bodyOf(answer);
  expect(fieldsOf(answer)['content-language']).toBe(language);
  expect(answer.reasonPhrase).toMatch(/^[\x20-\x7E]{1,80}$/);
  expect(page).toContain(`<html lang="${language}" dir="${direction}"`);
  // Nothing is left to fill in, and nothing of ours is left in English.
  expect(textOf(page)).not.toMatch(/[{}]/);
  expect(page).not.toContain(scene.h1);
  expect(textOf(page)).not.toMatch(/\b(you|your|is|was|the page|again|status page)\b/i);
});

test.for(LOCALES)('$language: the budgets of UX.md, section 8', ({ language }) => {
  const updates = Array.from({ length: 5 }, () =>
    update('investigating', 'A word or “two”. '.repeat(60)),
  );
  const state = published({ incidents: [incident({ updates })] });
  const page = answerTo(language, sceneOf('outage-post', { state }));
  expect(Buffer.byteLength(bodyOf(page))).toBeLessThanOrEqual(24 * KB);
  expect(gzipSync(bodyOf(page)).length).toBeLessThanOrEqual(8 * KB);
  const frame = answerTo(language, sceneOf('outage-frame', { state }));
  expect(Buffer.byteLength(bodyOf(frame))).toBeLessThanOrEqual(8 * KB);
});

test('the script gets a text in each form that its number can take', () => {
  const page = bodyOf(answerTo('ar', sceneOf('outage')));
  const packed = /data-texts="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? '{}';
  const { reload, update: announced } = JSON.parse(packed);
  const rules = new Intl.PluralRules('ar');
  for (let seconds = 1; seconds <= 120; seconds++) {
    const text: string = reload[rules.select(seconds)];
    expect(text.includes('{seconds}')).toBe(seconds > 2);
  }
  expect(announced).toContain('{label}');
});

test.for([
  {
    language: 'en',
    since: '3:27 PM CST (21:27 UTC)',
    until: '9:00 PM CST (03:00 UTC) on Wednesday, March 4',
  },
  {
    language: 'de',
    since: 'seit <0>15:27 GMT-6 (21:27 UTC)</0> ausgefallen',
    until: 'Ab <0>Mittwoch, 4. März, 21:00 GMT-6 (03:00 UTC)</0> können',
  },
  {
    language: 'fr',
    since: 'depuis <0>15:27 UTC−6 (21:27 UTC)</0>.',
    until: 'à partir du <0>mercredi 4 mars à 21:00 UTC−6 (03:00 UTC)</0>.',
  },
  {
    language: 'es',
    since: 'desde las <0>15:27 GMT-6 (21:27 UTC)</0>.',
    until: 'a partir del <0>miércoles, 4 de marzo, a las 21:00 GMT-6 (03:00 UTC)</0>.',
  },
  {
    language: 'pt',
    since: 'desde as <0>15:27 GMT-6 (21:27 UTC)</0>.',
    until: 'a partir de <0>quarta-feira, 4 de março, às 21:00 GMT-6 (03:00 UTC)</0>.',
  },
  {
    language: 'ja',
    since: '<0>15:27 GMT-6(21:27 UTC)</0>から',
    until: '<0>3月4日水曜日 21:00 GMT-6(03:00 UTC)</0>から',
  },
  {
    language: 'ar',
    since: 'منذ الساعة <0>3:27 م غرينتش-6 (21:27 UTC)</0>.',
    until: 'ابتداءً من <0>الأربعاء، 4 مارس، الساعة 9:00 م غرينتش-6 (03:00 UTC)</0>.',
  },
])('$language says times as it does, and they stay times', ({ language, since, until }) => {
  const marked = (scene: Scene): string =>
    bodyOf(answerTo(language, scene)).replace(/<(\/?)time[^>]*>/g, '<$10>');
  const plan = published({ maintenances: [maintenance()] });
  expect(marked(sceneOf('outage'))).toContain(language === 'en' ? `<0>${since}</0>` : since);
  expect(marked(sceneOf('maintenance', { state: plan }))).toContain(
    language === 'en' ? `<0>${until}</0>` : until,
  );
});

test('an outage of days is said with its date, in the grammar of the language', () => {
  const since = NOW - 3 * 86_400_000;
  const down = { state: 'down', since, cause: 'no_endpoints', detectedAt: since } as const;
  const page = bodyOf(
    answerTo(
      'es',
      sceneOf('outage', { matter: matter({ belief: { ...belief(), verdict: down } }) }),
    ),
  );
  expect(textOf(page)).toContain('desde el domingo, 1 de marzo, a las 15:41 GMT-6 (21:41 UTC).');
  expect(page).toMatch(/<time datetime="2026-03-01T21:41:40Z" data-day="1">/);
});

test('a host without a brand is spoken for in every language without a hole', () => {
  const neutral = settings({ brand: null });
  for (const scene of SCENES.map((one) => ({ ...one, settings: neutral }))) {
    for (const { language } of OTHERS) {
      const text = textOf(bodyOf(answerTo(language, scene)));
      expect(text, language).not.toMatch(/ChargeOver|this service|[{}]/);
    }
  }
});

test('answers in other languages need no other headers of a person than a browser sends', () => {
  const answer = answererOf().answer(
    asker({ ...NAVIGATION, 'Accept-Language': 'ja,en-US;q=0.9,en;q=0.8' }),
    matter(),
  );
  expect(fieldsOf(answer)['content-language']).toBe('ja');
  expect(fieldsOf(answer).vary).toContain('Accept-Language');
});
