import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillIn } from '../../src/config/environment.ts';
import { marked, problemsOf, settingsOf, withApp } from './marked.ts';

const env = { HOST: '10.0.0.7', PORT: '8080', EMPTY: '', YES: 'true', TRICK: `\${HOST}` };

test.for([
  { text: `http://\${HOST}:\${PORT}`, filled: 'http://10.0.0.7:8080' },
  { text: `\${NONE:-fallback}`, filled: 'fallback' },
  { text: `\${NONE:-}`, filled: '' },
  { text: `\${EMPTY}`, filled: '' },
  { text: `\${EMPTY:-fallback}`, filled: 'fallback' },
  { text: `\${HOST:-fallback}`, filled: '10.0.0.7' },
  { text: `$\${HOST}`, filled: `\${HOST}` },
  { text: '$HOST costs $5', filled: '$HOST costs $5' },
  { text: `\${TRICK}`, filled: `\${HOST}` },
])('$text becomes $filled', ({ text, filled }) => {
  expect(fillIn(text, env)).toMatchObject({ kind: 'filled', text: filled });
});

test.for([`\${}`, `\${a b}`, `\${1A}`, `\${HOST`, `\${HOST:+x}`, `\${HOST-x}`])(
  '%s is refused',
  (text) => {
    expect(fillIn(text, env)).toMatchObject({ kind: 'unfilled' });
  },
);

const ofVariables = `\${NAME} or \${NAME:-default}; a plain \${ is written $\${`;

test.for([
  { text: `\${A-x}`, found: `a \${ that begins no variable`, expected: ofVariables },
  {
    text: `\${A}, \${A}`,
    found: 'the variable A, which the environment does not have',
    expected: `the environment to set it, or a default as in \${A:-default}`,
  },
  {
    text: `\${A} and \${B}`,
    found: 'the variables A, B, which the environment does not have',
    expected: `the environment to set them, or a default as in \${A:-default}`,
  },
])('$text: found $found, expected $expected', ({ text, ...said }) => {
  expect(fillIn(text, env)).toEqual({ kind: 'unfilled', ...said });
});

test(`a text without \${ stays as it is`, () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes(`\${`));
      expect(fillIn(text, env)).toEqual({ kind: 'filled', text, hasVariables: false });
    }),
  );
});

test('a variable stands for a number or a truth value where one is wanted, and for text elsewhere', async () => {
  const text = `upstreams:
  app:
    discover: { dns: "\${HOST_NAME:-tasks.app}", port: "\${PORT}" }
    component: \${PORT}
    probe: { status: ["\${STATUS:-204}"] }
routes:
  - { upstream: app, payment: "\${YES}" }
limits:
  held: \${HELD:-5}
`;

  expect(await settingsOf(text, env)).toMatchObject({
    upstreams: {
      app: {
        discovery: { name: 'tasks.app', port: 8_080 },
        component: '8080',
        probe: { statuses: [204] },
      },
    },
    routes: [{ payment: true }],
    limits: { held: 5 },
  });
});

test('a variable that is no number is refused where one is wanted', async () => {
  const { text, line, column } = marked(withApp(`limits:\n  held: »\${HOST}\n`));

  expect(await problemsOf(text, env)).toEqual([
    expect.objectContaining({ line, column, path: 'limits.held', found: '"10.0.0.7"' }),
  ]);
});

test('variables that are missing are named at their places, and nothing else is said of them', async () => {
  const text = withApp(`ops:\n  address: \${NONE}\n  token: \${SECRET}\${OTHER}\n`);

  const problems = await problemsOf(text, env);

  expect(problems.map(({ line, column, path, found }) => ({ line, column, path, found }))).toEqual([
    {
      line: 5,
      column: 12,
      path: 'ops.address',
      found: 'the variable NONE, which the environment does not have',
    },
    {
      line: 6,
      column: 10,
      path: 'ops.token',
      found: 'the variables SECRET, OTHER, which the environment does not have',
    },
  ]);
});

test('comments and keys are left alone', async () => {
  const text = withApp(`# \${NONE}\nerrors: { "\${NONE}": { text: "$\${NONE}" } }`);

  const problems = await problemsOf(text, env);

  expect(problems.map(({ path }) => path)).toEqual([`errors["\${NONE}"]`]);
});
