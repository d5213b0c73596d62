import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readLogo } from '../../src/config/logo.ts';
import type { BrandSettings } from '../../src/config/settings.ts';
import {
  answererOf,
  asker,
  bodyOf,
  fieldsOf,
  logbook,
  matter,
  NAVIGATION,
  settings,
} from './samples.ts';
import { SCENES } from './scenes.ts';

function brand(name: string, hosts: readonly string[] | null, over = {}): BrandSettings {
  return { ...settings().brand!, name, hosts, ...over };
}

const SHOP = brand('Shop', ['shop.example.com']);
const EVERY = brand('Every', ['*.example.com', '[::1]']);
const LOCAL = brand('Local', ['10.0.0.1', 'xn--bcher-kva.example']);
const REST = brand('Rest', null);

const answerers = {
  'several brands and one for the rest': answererOf({
    settings: settings({ brand: REST, brands: [SHOP, EVERY, LOCAL] }),
  }),
  'brands with hosts only': answererOf({
    settings: settings({ brand: LOCAL, brands: [SHOP, EVERY] }),
  }),
  'one brand for every host': answererOf({ settings: settings({ brand: REST }) }),
  'no brand': answererOf({ settings: settings({ brand: null }) }),
};

const DOWN = matter();

function headingFor(host: string | undefined, name: keyof typeof answerers): string | undefined {
  const { Host: _, ...rest } = NAVIGATION;
  const headers = host === undefined ? rest : { ...rest, Host: host };
  const page = bodyOf(answerers[name].answer(asker(headers), DOWN));
  return /<h1[^>]*>Sorry, (.*?) is/.exec(page)?.[1];
}

test.for([
  ['shop.example.com', 'Shop', 'Shop'],
  ['SHOP.Example.COM:8443', 'Shop', 'Shop'],
  ['shop.example.com.', 'Shop', 'Shop'],
  ['shop.example.com.:80', 'Shop', 'Shop'],
  ['other.example.com', 'Every', 'Every'],
  ['a.b.example.com', 'Every', 'Every'],
  ['example.com', 'Rest', 'this service'],
  ['example.com.evil.test', 'Rest', 'this service'],
  ['evilexample.com', 'Rest', 'this service'],
  ['[::1]', 'Every', 'Every'],
  ['[::1]:8080', 'Every', 'Every'],
  ['10.0.0.1:81', 'Local', 'Local'],
  ['xn--bcher-kva.example', 'Local', 'Local'],
  ['invoices.customer.test', 'Rest', 'this service'],
  ['', 'Rest', 'this service'],
  [undefined, 'Rest', 'this service'],
  [`${'x'.repeat(5000)}.example.com`, 'Rest', 'this service'],
] as const)(
  '%s is answered in the name of %s, or without a default of %s',
  ([host, all, named]) => {
    expect(headingFor(host, 'several brands and one for the rest')).toBe(all);
    expect(headingFor(host, 'brands with hosts only')).toBe(named);
    expect(headingFor(host, 'one brand for every host')).toBe('Rest');
    expect(headingFor(host, 'no brand')).toBe('this service');
  },
);

test('however many hosts are asked for, each gets its brand', () => {
  for (let index = 0; index < 2000; index += 1) {
    expect(headingFor(`h${index}.example.com`, 'brands with hosts only')).toBe('Every');
    expect(headingFor(`h${index}.example.net`, 'brands with hosts only')).toBe('this service');
  }
});

test('what programs get is told in the name of the brand as well, and so is the last page of all', () => {
  const whole = settings({ brands: [SHOP], brand: null });
  const said = (host: string, broken = false): string =>
    bodyOf(
      answererOf({
        settings: whole,
        ...(broken
          ? {
              statusPage: () => {
                throw new Error('the status page is broken');
              },
            }
          : {}),
      }).answer(asker({ Host: host, Accept: 'application/json' }), matter()),
    );
  expect(said('shop.example.com')).toContain('"title":"Shop is unavailable"');
  expect(said('customer.test')).toContain('"title":"This service is unavailable"');
  expect(said('shop.example.com', true)).toContain('<h1>Sorry, Shop is unavailable</h1>');
  expect(said('customer.test', true)).toContain('<h1>Sorry, this service is unavailable</h1>');
});

test("the page wears the brand's colours, its policy names the style, and the neutral page stays as it is", () => {
  const colors = { light: { accent: '#0a7d3c' }, dark: { accent: '#7ee2a8' } };
  const answerer = answererOf({
    settings: settings({ brands: [brand('Green', ['green.test'], { colors }), SHOP], brand: null }),
  });
  const styleFor = (host: string): string => {
    const answer = answerer.answer(asker({ ...NAVIGATION, Host: host }), matter());
    const style = /<style>([\s\S]*?)<\/style>/.exec(bodyOf(answer))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(fieldsOf(answer)['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    return style;
  };
  const green = styleFor('green.test');
  expect(green).toContain('--link:#0a7d3c;--solid:#0a7d3c;--on-solid:#fff;');
  expect(green).toContain('--link:#7ee2a8;--solid:#7ee2a8;--on-solid:#000;');
  expect(green.indexOf('--link:#0a7d3c')).toBeLessThan(green.indexOf('prefers-color-scheme:dark'));
  expect(styleFor('shop.example.com')).toBe(styleFor('customer.test'));
});

test('colours that cannot be read are warned of in the log when the answers are built', () => {
  const { log, lines } = logbook();
  const colors = { light: { accent: '#ffd200' }, dark: {} };
  answererOf({ settings: settings({ brand: brand('Pale', null, { colors }) }), log });
  expect(lines).toEqual([
    [
      {
        brand: 'Pale',
        scheme: 'light',
        pair: { accent: '#ffd200', background: '#f4f6f9' },
        contrast: 1.34,
      },
      'brand colours cannot be read, the default ones serve',
    ],
  ]);
});

test('a logo may have no id that a page has', () => {
  const pages = SCENES.map((scene) =>
    bodyOf(
      answererOf({ ...scene, beliefs: () => scene.beliefs }).answer(scene.asker, scene.matter),
    ),
  );
  const ids = pages.flatMap((page) => [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
  expect(ids).toContain('live');
  for (const id of new Set(ids)) {
    expect(readLogo(`<svg><g id="${id}"/></svg>`)).toMatchObject({ found: `the id "${id}"` });
  }
});
