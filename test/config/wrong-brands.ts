import { withApp } from './marked.ts';

/** A file in which one setting is wrong, at the place of `»`, and what must be said of it. */
export interface WrongSetting {
  readonly text: string;
  /** As the problem names it. */
  readonly path: string;
  readonly found: string;
  /** A part of what is expected. */
  readonly expected: string;
}

const alone = (rest: string) => withApp(`brand: ${rest}`);
const listed = (rest: string) => withApp(`brands: [${rest}]`);
const wanted = 'a mapping with name, logo, support, templates, timeZone, colors, hosts';

/** One wrong value for every setting of a brand that speaks for every host, and of one that has hosts. */
export const WRONG_BRANDS: Readonly<Record<string, WrongSetting>> = {
  brand: { text: alone('»ChargeOver'), path: 'brand', found: '"ChargeOver"', expected: wanted },
  'brand.name': {
    text: withApp('»brand: {}'),
    path: 'brand.name',
    found: 'nothing',
    expected: 'text of 1 to 80 characters',
  },
  brands: {
    text: withApp('brands: »{ name: A }'),
    path: 'brands',
    found: 'a mapping',
    expected: 'a list of brands',
  },
  'brands.[].name': {
    text: listed('»{ hosts: [a.example.com] }'),
    path: 'brands[0].name',
    found: 'nothing',
    expected: 'text of 1 to 80 characters',
  },
  'brands.[].hosts': {
    text: listed('»{ name: A }'),
    path: 'brands[0].hosts',
    found: 'nothing',
    expected: 'a list of one or more hosts without port',
  },
  'brand.hosts': {
    text: alone('{ name: A, hosts: »[] }'),
    path: 'brand.hosts',
    found: 'an empty list',
    expected: 'a list of one or more hosts without port',
  },
  ...inBoth('logo', {
    value: '»none.svg',
    found: '"none.svg" (ENOENT: no such file)',
    expected: 'a file that can be read',
  }),
  ...inBoth('support', {
    value: '»"javascript:alert(1)"',
    found: '"javascript:alert(1)"',
    expected: 'a mailto:, https: or tel: address',
  }),
  ...inBoth('templates', {
    value: '»./none',
    found: '"./none" (ENOENT: no such file)',
    expected: 'a folder',
  }),
  ...inBoth('timeZone', {
    value: '»Central',
    found: '"Central"',
    expected: 'a time zone of the IANA list',
  }),
  ...inBoth('colors', {
    value: '»"#123456"',
    found: '"#123456"',
    expected: 'a mapping with light, dark',
  }),
  ...Object.assign({}, ...['light', 'dark'].map(wrongScheme)),
};

interface Wrong {
  readonly value: string;
  readonly found: string;
  readonly expected: string;
}

function wrongScheme(scheme: string): Record<string, WrongSetting> {
  const colors = ['accent', 'background', 'surface', 'text'].map((name) =>
    inBoth(`colors.${scheme}.${name}`, {
      value: '»navy',
      found: '"navy"',
      expected: 'a colour such as "#1a4fc4", in quotes',
    }),
  );
  const whole = inBoth(`colors.${scheme}`, {
    value: '»[]',
    found: 'an empty list',
    expected: 'a mapping with accent, background, surface, text',
  });
  return Object.assign(whole, ...colors);
}

function inBoth(setting: string, { value, found, expected }: Wrong): Record<string, WrongSetting> {
  const steps = setting.split('.');
  const nested = steps.reduceRight((inside, step) => `{ ${step}: ${inside} }`, value).slice(1, -1);
  return {
    [`brand.${setting}`]: {
      text: alone(`{ name: A,${nested}}`),
      path: `brand.${setting}`,
      found,
      expected,
    },
    [`brands.[].${setting}`]: {
      text: listed(`{ name: A, hosts: [a.example.com],${nested}}`),
      path: `brands[0].${setting}`,
      found,
      expected,
    },
  };
}
