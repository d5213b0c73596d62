import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { catalog } from '../../src/config/catalog.ts';
import { parseSettings } from '../../src/config/load.ts';
import { marked, problemsOf, withApp } from './marked.ts';

const good = withApp('routes:\n  - path: /api/\n    upstream: app\n  - upstream: app\n');

test.for([
  {
    name: 'a single space before the first line',
    source: `»${good.replace(/^/, ' ')}`,
    message: /^found 1 space before this line, .* 0, expected .*stray space/,
  },
  {
    name: 'a single space before the first line of many settings',
    source: `»${` listen: 127.0.0.1:80\nops: 127.0.0.1:81\n${good}`}`,
    message: /^found 1 space before this line/,
  },
  {
    name: 'a comment, and a stray space after it',
    source: `# settings\n\n» listen: 127.0.0.1:80\n${good}`,
    message: /^found 1 space before this line/,
  },
  {
    name: 'a key one space deeper than its siblings',
    source: withApp('»     hold: 1s\n    component: Main\n'),
    message: /^found 5 spaces before this line, where its neighbours have 4/,
  },
  {
    name: 'a key one space less deep than its siblings',
    source: withApp('»   hold: 1s\n    component: Main\n'),
    message: /^found 3 spaces before this line, where its neighbours have 4/,
  },
  {
    name: 'an item of a list out of line',
    source: withApp('routes:\n  - upstream: app\n»   - upstream: app\n'),
    message: /^found 3 spaces before this line/,
  },
  {
    name: 'a key of an item out of line',
    source: withApp('routes:\n  - upstream: app\n»     path: /api/\n'),
    message: /^found 5 spaces before this line, where its neighbours have 4/,
  },
  {
    name: 'a tab in the indentation',
    source: 'upstreams:\n»\tapp: { endpoints: [http://10.0.0.5] }\n',
    message: /^found a tab in the indentation, expected spaces/,
  },
  {
    name: 'a variable without quotes inside braces',
    source: withApp(`ops: { address: 127.0.0.1:9901, token: »\${TOKEN} }`),
    message: /^found \$\{TOKEN\} without quotes .* expected quotes around it: "\$\{TOKEN\}"$/,
  },
  {
    name: 'a second tab in the indentation',
    source: `upstreams:\n»\t\tapp: { endpoints: [http://10.0.0.5] }\n`,
    message: /^found a tab in the indentation/,
  },
  {
    name: 'a fault beside a tab that stands elsewhere',
    source: withApp('store:\tmemory\nlisten: »@x\n'),
    message: /^found a fault in the YAML/,
  },
  {
    name: 'two faults in one line',
    source: withApp('listen: [»@x, @y]\n'),
    message: /^found a fault in the YAML/,
  },
  {
    name: 'a stray line after another fault',
    source: 'listen: @x\nops: 127.0.0.1:81\n»  store: memory\n',
    message: /^found 2 spaces before this line/,
  },
  {
    name: 'a fault before a text in quotes that goes on like a key',
    source: 'listen: »@x\nstore: "a\n   b: c"\n',
    message: /^found a fault in the YAML/,
  },
  {
    name: 'a variable without quotes after one with quotes',
    source: withApp(`errors: { a: { b: "\\"\${A}", c: '\${B}', d: »\${C} } }`),
    message: /^found \$\{C\} without quotes inside/,
  },
  {
    name: 'a fault beside variables that need no quotes',
    source: withApp(`store: »a: \${A}\${B}`),
    message: /^found a fault in the YAML/,
  },
  {
    name: 'a tab in a second document',
    source: `${good}»---\nupstreams:\n\tapp: {}\n`,
    message: /^found a second document, expected one document$/,
  },
  {
    name: 'a second document',
    source: `${good}»---\nstore: memory\n`,
    message: /^found a second document, expected one document$/,
  },
  {
    name: 'an unknown tag',
    source: withApp('store: »!file x'),
    message: /^found the unknown tag !file, expected a value without a tag$/,
  },
  {
    name: 'a bracket that is left open',
    source: 'upstreams: { app: { endpoints: [http://10.0.0.5] }»',
    message: /^found a fault in the YAML/,
  },
  {
    name: 'an address that YAML takes for a list',
    source: withApp('listen: [::1]»:8080'),
    message: /needs quotes$/,
  },
  { name: 'an empty file', source: '»', message: /^found an empty file, expected a mapping/ },
  { name: 'a file of comments', source: '»# nothing\n', message: /^found an empty file/ },
  { name: 'a list at the top', source: '»- listen: 1\n', message: /^found a list, expected a map/ },
  { name: 'a text at the top', source: '»listen\n', message: /^found "listen", expected a mapp/ },
  {
    name: 'aliases that multiply',
    source: `a0: &a0 [x]\n${Array.from({ length: 20 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}, *a${index}]\n`).join('')}`,
    message: /^found aliases that multiply, expected at most/,
  },
  { name: 'an alias of itself', source: 'a: &a [*a]', message: /^found more than 50 levels/ },
  {
    name: 'a list in lists without end',
    source: `${'['.repeat(200)}»${'['.repeat(200_000)}`,
    message: /^found more than 50 levels, expected at most 20000 values in at most 50 levels$/,
  },
  {
    name: 'a mapping in mappings without end, on one line',
    source: `a: ${'n: '.repeat(5_000)}`,
    message: /^found more than 50 levels, expected at most 20000 values in at most 50 levels$/,
  },
  {
    name: 'a list in fifty lists',
    source: `a: ${'['.repeat(50)}»x${']'.repeat(50)}`,
    message: /^found more than 50 levels, expected at most 20000 values in at most 50 levels$/,
  },
])('$name is named as what it is', async ({ source, message }) => {
  const isMarked = source.includes('»');
  const { text, line, column } = marked(source);

  const problems = await problemsOf(isMarked ? text : source);

  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toMatch(message);
  if (isMarked) expect(problems[0]).toMatchObject({ line, column });
});

test.for([
  {
    name: 'a key that stands twice',
    source: withApp('    hold: 1s\n    »hold: 2s\n'),
    path: 'upstreams.app.hold',
    message: /^found the key "hold" again, first on line 4, expected each key once$/,
  },
  {
    name: 'a key that stands three times',
    source: withApp('    hold: 1s\n    »hold: 2s\n    hold: 3s\n'),
    path: 'upstreams.app.hold',
    message: /^found the key "hold" again, first on line 4, expected each key once$/,
  },
  {
    name: 'a merge key',
    source: withApp('limits: { »<<: { held: 1 } }'),
    path: 'limits["<<"]',
    message: /^found a merge key, expected the settings written out, or an alias as a value$/,
  },
  {
    name: 'an alias that refers to nothing',
    source: withApp('limits: »*common'),
    path: 'limits',
    message: /^found \*common, which refers to nothing, expected an anchor &common before it$/,
  },
  {
    name: 'a key that is no text',
    source: withApp('limits: { »[held]: 1 }'),
    path: 'limits["(not text)"]',
    message: /^found a key that is not text, expected a name$/,
  },
  {
    name: 'the key __proto__',
    source: withApp('errors: { api: { »__proto__: { polluted: true } } }'),
    path: 'errors.api.__proto__',
    message: /^found the key "__proto__", expected another name$/,
  },
])('$name is refused at its place', async ({ source, path, message }) => {
  const { text, line, column } = marked(source);

  const problems = await problemsOf(text);

  expect(problems).toEqual([expect.objectContaining({ line, column, path })]);
  expect(problems[0]?.message).toMatch(message);
});

test('of many faults the first five are told', async () => {
  const problems = await problemsOf('a: @x\n'.repeat(7));

  expect(problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
});

test('an alias stands for what its anchor holds', async () => {
  const text = `upstreams:
  app: { endpoints: [http://10.0.0.5], timeouts: &slow { response: 5m } }
  log: { endpoints: [http://10.0.0.6], timeouts: *slow }
routes: [{ upstream: app }]
`;
  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });

  expect(loaded).toMatchObject({
    ok: true,
    settings: { upstreams: { log: { timeouts: { responseMs: 300_000 } } } },
  });
});

test('Windows line ends and a byte order mark change nothing', async () => {
  expect(await problemsOf(`\uFEFF${good.replaceAll('\n', '\r\n')}`)).toEqual([]);
});

const words = fc.constantFrom(
  ...new Set(catalog().flatMap(({ path }) => path)),
  ...['app', '2s', '16KiB', '/api/', 'http://10.0.0.5:8080', `\${HOME}`, '__proto__', '', ' '],
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.integer(),
    fc.constantFrom(null, true, Number.NaN),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(words, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('whatever values a file holds, they are settings or problems with a place', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      await expectAnAnswer(stringify(value));
    }),
  );
});

test('a number that JSON does not know is told of in our words', async () => {
  const loaded = await problemsOf(withApp('errors: { api: .nan }'));

  const expected = 'a mapping or a list: the JSON of an error body';
  expect(loaded).toMatchObject([{ path: 'errors.api', found: 'NaN', expected }]);
});

const characters = fc.constantFrom(...'abt:- \n\t[]{}&*!|>\'"%@`#?,$<0~\u0000é'.split(''), 'app: ');

test('whatever a text holds, it is settings or problems with a place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: characters, maxLength: 60 }), async (text) => {
      await expectAnAnswer(text);
    }),
    { numRuns: 400 },
  );
});

test('a good file with one character put in or out never fails without a place', async () => {
  const where = fc.integer({ min: 0, max: good.length });
  await fc.assert(
    fc.asyncProperty(where, characters, fc.nat(2), async (at, character, out) => {
      await expectAnAnswer(good.slice(0, at) + character + good.slice(at + out));
    }),
    { numRuns: 300 },
  );
});

async function expectAnAnswer(text: string): Promise<void> {
  const loaded = await parseSettings({ text, file: 'candor.yaml', env: {} });
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (!loaded.ok) expect(problems.length).toBeGreaterThan(0);
  for (const { line, column, found, expected } of problems) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(text.split('\n').length);
    expect(column).toBeGreaterThan(0);
    expect(found).not.toBe('');
    expect(expected).not.toMatch(/^(Invalid|Unrecognized|Too) /);
  }
}
