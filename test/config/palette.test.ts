import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast } from '../../src/config/contrast.ts';
import {
  type BrandColors,
  type Colors,
  DEFAULT_PALETTE,
  paletteOf,
  type Scheme,
} from '../../src/config/palette.ts';

/** What stands on what in page.css, and the least contrast that it needs there: UX.md, section 8. */
const PAIRS: readonly (readonly [keyof Scheme, keyof Scheme, number])[] = [
  ['ink', 'ground', 4.5],
  ['ink', 'card', 4.5],
  ['ink', 'tint', 4.5],
  ['soft', 'ground', 4.5],
  ['soft', 'card', 4.5],
  ['link', 'ground', 4.5],
  ['link', 'card', 4.5],
  ['on-solid', 'solid', 4.5],
  ['link', 'tint', 3],
  ['solid', 'card', 3],
  ['ink', 'care', 4.5],
  ['care-edge', 'care', 3],
  ['care-edge', 'card', 3],
  ['edge', 'card', 3],
  ['edge', 'ground', 3],
];

function paleIn(scheme: Scheme): readonly string[] {
  // What is no colour has no contrast, and fails here as well.
  return PAIRS.filter(
    ([one, other, ratio]) => !(contrast(scheme[one], scheme[other]) >= ratio),
  ).map(([one, other]) => `${one} on ${other}`);
}

test.for(['light', 'dark'] as const)('the default palette can be read on %s screens', (scheme) => {
  expect(paleIn(DEFAULT_PALETTE[scheme])).toEqual([]);
});

test.for([
  { name: 'nothing', light: {}, pale: [], kept: {} },
  {
    name: 'an accent that can be read',
    light: { accent: '#0a7d3c' },
    pale: [],
    kept: { accent: '#0a7d3c' },
  },
  { name: 'a pale accent', light: { accent: '#ffd200' }, pale: ['accent/background'], kept: {} },
  {
    name: 'an accent that can be read on its own background',
    light: { accent: '#ffd200', background: '#101010', surface: '#202020', text: '#fff' },
    pale: [],
    kept: { accent: '#ffd200', background: '#101010', surface: '#202020', text: '#fff' },
  },
  {
    name: 'grey on grey: both go, and the accent that went with them stays where it can',
    light: { text: '#888', background: '#999', accent: '#0a7d3c' },
    pale: ['text/background'],
    kept: { accent: '#0a7d3c' },
  },
  {
    name: 'a dark surface without a text for it',
    light: { surface: '#202020' },
    pale: ['surface/text'],
    kept: {},
  },
] satisfies {
  name: string;
  light: Partial<Colors>;
  pale: string[];
  kept: Partial<Colors>;
}[])('$name', ({ light, pale: expected, kept }) => {
  const { palette, pale } = paletteOf({ light, dark: {} });

  expect(pale.map(({ name, against }) => `${name}/${against}`)).toEqual(expected);
  const { link, ground, card, ink } = palette.light;
  const whole = { accent: link, background: ground, surface: card, text: ink };
  const { link: accent, ground: background, card: surface, ink: text } = DEFAULT_PALETTE.light;
  expect(whole).toEqual({ accent, background, surface, text, ...kept });
  expect(palette.light === DEFAULT_PALETTE.light).toBe(Object.keys(kept).length === 0);
  expect(palette.dark).toBe(DEFAULT_PALETTE.dark);
});

test.for([
  {
    name: 'light',
    colors: { accent: '#0a7d3c', background: '#fff', surface: '#f2f2f2', text: '#000' },
    onSolid: '#fff',
  },
  {
    name: 'dark',
    colors: { accent: '#ffd200', background: '#101010', surface: '#202020', text: '#fff' },
    onSolid: '#000',
  },
])('between the colours of a $name brand stand shades of them', ({ colors: light, onSolid }) => {
  const { light: scheme } = paletteOf({ light, dark: {} }).palette;
  const onCard = (name: keyof Scheme) => contrast(scheme[name], scheme.card);

  expect(scheme['on-solid']).toBe(onSolid);
  // Less than the text, and no less than can be read or seen.
  expect(onCard('soft')).toBeLessThan(onCard('ink') * 0.7);
  expect(onCard('edge')).toBeLessThan(onCard('soft'));
  // A breath, that can be seen.
  for (const name of ['line', 'tint'] as const) {
    expect(onCard(name)).toBeGreaterThan(1);
    expect(onCard(name)).toBeLessThan(1.7);
  }
});

test('what needs care has its usual colours where these can be told from the brand', () => {
  const { care, 'care-edge': edge } = DEFAULT_PALETTE.light;

  const { palette } = paletteOf({ light: { accent: '#0a7d3c' }, dark: {} });

  expect(palette.light).toMatchObject({ care, 'care-edge': edge });
});

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);
const colors = fc.record(
  { accent: color, background: color, surface: color, text: color },
  { requiredKeys: [] },
);

test('whatever is chosen, every page can be read on every screen', () => {
  fc.assert(
    fc.property(fc.record({ light: colors, dark: colors }), (chosen: BrandColors) => {
      const { palette } = paletteOf(chosen);
      expect([paleIn(palette.light), paleIn(palette.dark)]).toEqual([[], []]);
    }),
    { numRuns: 500 },
  );
});

test('page.css takes its colours from the palette, and from nowhere else', async () => {
  const sheet = await readFile(new URL('../../templates/page.css', import.meta.url), 'utf8');
  const used = new Set([...sheet.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name));

  expect([...used].toSorted()).toEqual(Object.keys(DEFAULT_PALETTE.light).toSorted());
});
