import { expect, test } from 'vitest';
import { parseSettings } from '../../src/config/load.ts';
import { marked, problemsOf, settingsOf, withApp } from './marked.ts';

test('a brand speaks for every host unless it names some, and brands of the list come before it', async () => {
  const { brand, brands } = await settingsOf(
    withApp(`brand: { name: Rest }
brands:
  - { hosts: [App.Example.com, "*.example.org"], name: One, timeZone: UTC }
  - { hosts: [bücher.example], name: Two, colors: { dark: { accent: "#ABCDEF" } } }
`),
  );

  expect(brand).toMatchObject({ name: 'Rest', hosts: null });
  expect(brands).toMatchObject([
    { name: 'One', hosts: ['app.example.com', '*.example.org'], timeZone: 'UTC' },
    {
      name: 'Two',
      hosts: ['xn--bcher-kva.example'],
      timeZone: 'America/Chicago',
      colors: { light: {}, dark: { accent: '#abcdef' } },
    },
  ]);
});

test.for([
  {
    name: 'a host that two brands name',
    source: `brands:
  - { hosts: [a.example.com], name: One }
  - { hosts: [b.example.com, »A.example.com], name: Two }
`,
    problem: { path: 'brands[1].hosts[1]', found: '"a.example.com"' },
  },
  {
    name: 'a host that the default brand names as well',
    source: `brands: [{ hosts: [a.example.com], name: One }]
brand: { hosts: [»a.example.com], name: Two }
`,
    problem: { path: 'brand.hosts[0]', expected: 'each host once in all brands' },
  },
  {
    name: 'a host with a port',
    source: 'brand: { hosts: [»"a.example.com:8080"], name: One }',
    problem: { path: 'brand.hosts[0]', found: '"a.example.com:8080"' },
  },
  {
    name: 'a colour that YAML took for a comment',
    source: 'brand:\n  name: One\n  colors:\n    light:\n      accent: »#1a4fc4',
    problem: { found: 'nothing', expected: expect.stringContaining('in quotes') },
  },
])('$name is refused', async ({ source, problem }) => {
  const { text, line, column } = marked(withApp(source));

  expect(await problemsOf(text)).toMatchObject([{ line, column, ...problem }]);
});

test.for([
  {
    name: 'a host that an earlier pattern matches',
    source: `brands:
  - { hosts: ["*.example.com"], name: One }
  - { hosts: [»shop.example.com], name: Two }
`,
    warning: {
      path: 'brands[1].hosts[0]',
      found: 'a host that never gets here: brands[0].hosts[0] matches it before',
    },
  },
  {
    name: 'a colour that cannot be read',
    source: 'brand: { name: One, colors: { light: { accent: »"#ffd200" } } }',
    warning: {
      path: 'brand.colors.light.accent',
      found: '"#ffd200", whose contrast with the background "#f4f6f9" is 1.34',
      expected: 'at least 4.5; pages take the default colours for these two',
    },
  },
])('$name is warned of', async ({ source, warning }) => {
  const { text, line, column } = marked(withApp(source));

  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded).toMatchObject({ ok: true, warnings: [{ line, column, ...warning }] });
});
