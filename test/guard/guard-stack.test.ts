import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardStack, type Measure } from '../../src/guard/guard-stack.ts';
import { marked } from '../config/marked.ts';

const ENV = { TAG: '1.4', COUNT: '3', NONE: '0', EMPTY: '' };

/** Judges a text, which may hold the mark of the place where a problem is expected. */
const judged = (text: string, measure: Partial<Measure> = {}) =>
  guardStack({ text, file: 'stack.yml' }, { env: ENV, ...measure });

const withApp = (rest: string) => `services:\n  app:\n    image: nginx:1.25\n${rest}`;

const INCIDENT = `version: "3.8"

# Two application servers, and what else it takes.
services:
  app:
    image: registry.example.com/billing/app:\${TAG:-latest}
    deploy:
      replicas: 2
networks:
  billing:
    external: true
`;

test('the file of the incident is refused at its first character', () => {
  expect(judged(INCIDENT).problems).toEqual([]);

  const [problem, ...more] = judged(INCIDENT.replace(/^/, ' ')).problems;

  expect(more).toEqual([]);
  expect(problem).toMatchObject({
    line: 1,
    column: 1,
    expected: expect.stringContaining('a stray space'),
  });
});

test.for([
  {
    name: 'a space before the only key',
    source: ' »services:\n   app:\n     image: a\n',
    message: /^found 1 space before the first key, .*a stray space/,
  },
  {
    name: 'a service out of line',
    source: withApp('»   db:\n    image: postgres\n'),
    message: /^found 3 spaces before this line/,
  },
  { name: 'a tab', source: 'services:\n»\tapp:\n', message: /^found a tab in the indentation/ },
  {
    name: 'a key twice',
    source: withApp('»    image: b\n'.replace('»    ', '    »')),
    message: /^found the key "image" again, first on line 3/,
  },
  {
    name: 'a service twice',
    source: withApp('  »app:\n    image: b\n'),
    message: /^found the key "app" again/,
  },
  {
    name: 'a second document',
    source: `${withApp('')}»---\nservices: {}\n`,
    message: /^found a second document/,
  },
  {
    name: 'an empty file',
    source: '»',
    message: /^found an empty file, expected a mapping with `services`/,
  },
  { name: 'comments alone', source: '»# services:\n', message: /^found an empty file/ },
  {
    name: 'no services',
    source: '»networks: { a: {} }\n',
    message: /^found no `services`, so that nothing would be deployed/,
  },
  {
    name: 'services that are nothing',
    source: 'services:»\n',
    message: /^found nothing, so that nothing would be deployed, expected at least one service/,
  },
  {
    name: 'services without one',
    source: 'services: »{}\n',
    message: /^found an empty mapping, so that nothing/,
  },
  {
    name: 'services that are a list',
    source: 'services:\n  »- app\n',
    message: /^found a list, so that nothing/,
  },
  {
    name: 'a top-level key with a slip',
    source: `»netwroks: {}\n${withApp('')}`,
    message: /unknown key "netwroks", .*did you mean "networks"\?$/,
  },
  {
    name: "a service's key with a slip",
    source: withApp('    »enviroment: {}\n'),
    message: /unknown key "enviroment", .*did you mean "environment"\?$/,
  },
  {
    name: 'a service that is nothing',
    source: withApp('  db: »\n'),
    message: /^found nothing, expected a mapping/,
  },
  {
    name: 'a service that is text',
    source: withApp('  db: »postgres\n'),
    message: /^found "postgres", expected a mapping/,
  },
  {
    name: 'a service with a name that no service has',
    source: withApp('  »"my db": { image: postgres }\n'),
    message: /the name "my db", expected a name of letters/,
  },
  {
    name: 'no image',
    source: withApp('  »db:\n    command: x\n'),
    message: /^found no image, expected `image`/,
  },
  { name: 'an image that is nothing', source: 'services:\n  app: { image:  »}\n', message: /./ },
  {
    name: 'something to build and no image',
    source: withApp('  »db:\n    build: .\n'),
    message: /`build` and no image, expected `image`: a swarm does not build/,
  },
  {
    name: 'an image with a space in it',
    source: withApp('  db:\n    image: »nginx:1 .25\n'),
    message: /^found "nginx:1 .25", expected the name of an image/,
  },
  {
    name: 'an image without its tag',
    source: withApp('  db:\n    image: »"nginx:"\n'),
    message: /^found "nginx:", expected the name of an image/,
  },
  {
    name: 'an image of a variable that is not set',
    source: withApp('  db:\n    image: »nginx:$' + '{VERSION}\n'),
    message: /needs the variable VERSION, which the environment does not have/,
  },
  {
    name: 'a variable that has to be set',
    source: withApp('    user: »$' + '{WHO:?say who}\n'),
    message: /the variable WHO, .*expected the environment to set it \(say who\)/,
  },
  {
    name: 'a $ that begins no variable',
    source: withApp('    command: »pay 5$ now\n'),
    message: /^found a \$ that begins no variable/,
  },
  {
    name: 'no replicas',
    source: withApp('    deploy: { replicas: »0 }\n'),
    message: /^found no replicas \(0\), expected at least 1, or --allow-zero app/,
  },
  {
    name: 'no replicas, by a variable',
    source: withApp('    deploy: { replicas: »"$' + '{NONE}" }\n'),
    message: /^found no replicas/,
  },
  {
    name: 'replicas that are nothing',
    source: withApp('    deploy: { replicas:  »}\n'),
    message: /^found nothing, expected a whole number/,
  },
  {
    name: 'replicas that are text',
    source: withApp('    deploy: { replicas: »two }\n'),
    message: /^found "two", expected a whole number/,
  },
  {
    name: 'half a replica',
    source: withApp('    deploy: { replicas: »1.5 }\n'),
    message: /^found 1.5, expected a whole number/,
  },
  {
    name: 'a mode that Swarm does not have',
    source: withApp('    deploy: { mode: »globl }\n'),
    message: /^found "globl", expected one of replicated, global/,
  },
  {
    name: 'a version that stacks do not have',
    source: `version: »"2.4"\n${withApp('')}`,
    message: /^found "2.4", expected "3"/,
  },
  {
    name: 'a version that is a number',
    source: `version: »3.8\n${withApp('')}`,
    message: /^found 3.8, expected text/,
  },
  {
    name: 'a network that nobody defines',
    source: withApp('    networks: [»billin]\nnetworks: { billing: {} }\n'),
    message:
      /^found "billin", which the file's `networks` does not define, expected one of billing/,
  },
  {
    name: 'a network by key that nobody defines',
    source: withApp('    networks: { »back: { aliases: [a] } }\n'),
    message: /^found "back", which/,
  },
  {
    name: 'a volume that nobody defines',
    source: withApp('    volumes: [/a:/a, ./b:/b, »data:/data]\n'),
    message: /^found "data", which the file's `volumes`/,
  },
  {
    name: 'a secret that nobody defines',
    source: withApp('    secrets: [»{ source: key, target: k }]\n'),
    message: /^found "key", which the file's `secrets`/,
  },
  {
    name: 'a port that is nothing',
    source: withApp('    ports:\n      - »\n'),
    message: /expected/,
  },
  {
    name: 'a long port with a slip',
    source: withApp('    ports: [{ target: 80, »publishd: 80 }]\n'),
    message: /unknown key "publishd", .*did you mean "published"/,
  },
  {
    name: 'what a stack may not have',
    source: withApp('    »extends: { service: x }\n'),
    message: /^found `extends`, which a stack may not have/,
  },
  {
    name: 'files to include',
    source: `»include: [other.yml]\n${withApp('')}`,
    message: /^found `include`, which Swarm does not know/,
  },
  { name: 'an anchor that is not there', source: withApp('    logging: »*logs\n'), message: /./ },
  {
    name: 'a merge of what is no mapping',
    source: `x-a: &a text\n${withApp('    <<: »*a\n')}`,
    message: /\*a, which is no mapping, expected an alias of a mapping/,
  },
  {
    name: 'two merge keys',
    source: `x-a: &a { user: a }\n${withApp('    <<: *a\n    »<<: *a\n')}`,
    message: /the key "<<" again/,
  },
])('$name is refused where it stands', ({ source, message }) => {
  const { text, line, column } = marked(source);

  const { problems } = judged(text);

  expect(problems).toContainEqual(
    expect.objectContaining({ line, column, message: expect.stringMatching(message) }),
  );
  expect(problems).toHaveLength(1);
});

test('all faults are told at once, in the order of the text', () => {
  const { problems } = judged(
    'services:\n  app:\n    imge: nginx\n    deploy: { replicas: 0 }\n  db:\n    image: "postgres:"\n    user: [x]\nnetwork: {}\n',
  );

  expect(problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '2 services.app.image',
    '3 services.app.imge',
    '4 services.app.deploy.replicas',
    '6 services.db.image',
    '7 services.db.user',
    '8 network',
  ]);
});

test('what is wrong in a mapping that several services take over is told once', () => {
  const { problems } = judged(
    'x-app: &app\n  image: nginx\n  usr: me\nservices:\n  a: { <<: *app }\n  b: { <<: *app }\n',
  );

  expect(problems.map(({ line, column }) => [line, column])).toEqual([[3, 3]]);
});

test('a variable that has to be set and is not is told once', () => {
  const { problems } = judged(`services:\n  app:\n    image: \${IMAGE:?which}\n`);

  expect(problems).toMatchObject([{ line: 3, column: 12, path: 'services.app.image' }]);
});

test('variables are filled in as Docker does, and numbers taken for numbers', () => {
  const { problems, services } = judged(`services:
  a: { image: "nginx:$TAG", deploy: { replicas: "\${COUNT}" } }
  b: { image: "nginx:\${EMPTY:-\${OTHER:-2}}", deploy: { replicas: "\${REPLICAS:-4}" } }
  c: { image: "nginx\${EMPTY-none}", read_only: "\${FLAG:-true}", command: "echo $$HOME \${TAG:+set}" }
  d: { image: nginx, deploy: { mode: global } }
`);

  expect(problems).toEqual([]);
  expect(services).toEqual([
    { name: 'a', image: 'nginx:1.4', replicas: 3 },
    { name: 'b', image: 'nginx:2', replicas: 4 },
    { name: 'c', image: 'nginx', replicas: 1 },
    { name: 'd', image: 'nginx', replicas: null },
  ]);
});

test('a variable that is not set, and no image, is a warning', () => {
  const { problems, warnings } = judged(withApp('    user: "$' + 'WHO"\n'));

  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([
    { line: 4, path: 'services.app.user', found: expect.stringContaining('WHO') },
  ]);
});

test('merge keys take over what a service does not say itself, nearer ones first', () => {
  const { problems, services } = judged(`x-a: &a { image: a, deploy: { replicas: 2 } }
x-b: &b { image: b, deploy: { replicas: 3 }, user: me }
services:
  one: { <<: *a }
  two: { image: own, <<: [*b, *a] }
  three: { <<: [*b, *a], deploy: { replicas: 5 } }
`);

  expect(problems).toEqual([]);
  expect(services).toEqual([
    { name: 'one', image: 'a', replicas: 2 },
    { name: 'two', image: 'own', replicas: 3 },
    { name: 'three', image: 'b', replicas: 5 },
  ]);
});

test('aliases that multiply are refused rather than followed', () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) => `x-${level + 1}: &a${level + 1} { <<: [*a${level}, *a${level}] }`,
  );
  const { problems } = judged(
    `x-0: &a0 { user: me }\n${levels.join('\n')}\n${withApp('    <<: *a30\n')}`,
  );

  expect(problems).toMatchObject([{ found: expect.stringContaining('multiply') }]);
});

test('the copy of the specification is the one that its package holds', async () => {
  const entry = createRequire(import.meta.url).resolve('dclint/package.json');
  const theirs = await readFile(join(dirname(entry), 'schemas/compose.schema.json'), 'utf8');
  const ours = await readFile(
    join(import.meta.dirname, '../../src/guard/compose-spec.json'),
    'utf8',
  );

  expect(JSON.parse(ours)).toEqual(JSON.parse(theirs));
});

test('every stack file in deploy/ is good', async () => {
  const folder = join(import.meta.dirname, '../../deploy/swarm');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yml'));
  const images = ['APPLICATION', 'CANDOR', 'DEMO', 'SOCKET_PROXY'].map((name) => `${name}_IMAGE`);
  const env = Object.fromEntries([...images, 'CANDOR_OPS_TOKEN'].map((name) => [name, 'example']));

  const problems = await Promise.all(
    files.map(async (name) => judged(await readFile(join(folder, name), 'utf8'), { env }).problems),
  );

  expect(files).toContain('application.yml');
  expect(problems.flat()).toEqual([]);
});

test('no text makes it throw', () => {
  const parts = [
    ' ',
    '\n',
    '\t',
    ':',
    '- ',
    '"',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    '<<: *a',
    '${',
    '$',
    '}',
    '#',
    '|',
    '>',
    '%',
    '---',
    'services:',
    'app:',
    'image:',
    'null',
    '0',
    '~',
    '!x',
    '__proto__:',
    '?',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...parts), fc.string()), { maxLength: 40 }),
      (words) => {
        const { problems, services } = judged(words.join(''));
        return problems.length > 0 || services.length > 0;
      },
    ),
    { numRuns: 300 },
  );
});
