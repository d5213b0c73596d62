import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../../src/config/load.ts';
import type { Problem } from '../../../src/config/problem.ts';
import { guardStack } from '../../../src/guard/guard-stack.ts';
import type { Target } from '../target.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const STACKS = join(import.meta.dirname, '../../guard/corpus');
const ENV = { TOKEN: 'a-token-of-thirty-two-characters', NAME: 'app' };
/** What YAML has a meaning for. */
const YAML = [
  ...['\n', '  ', '- ', ': ', '#', '"', "'", '|\n', '>-\n', '[', ']', '{', '}', '---\n', '...\n'],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '!!binary ',
    '!!set ',
    '? ',
    '!<tag:yaml.org,2002:str> ',
    '%YAML 1.1\n',
  ],
  ...['null', '~', 'true', 'yes', '.nan', '-.inf', '0o7', '12:30:45', '2001-12-14', '__proto__: '],
  ...['$', '{NAME}', '{NONE:-x}', '${', '$$', '\t', '\ufeff', '250ms', '16KiB', '10.0.0.0/8'],
];

/** A settings file. */
export const SETTINGS: Target = {
  name: 'settings',
  about: 'a settings file: taken, or refused with what was found, what was expected, and where',
  seeds: [
    readFileSync(join(DOCS, 'candor.example.yaml')),
    'upstreams: { app: { endpoints: [http://a] } }\n',
  ],
  words: YAML,
  mostBytes: 20_000,
  mostMs: 2_000,
  async check(input) {
    const text = input.toString();
    const loaded = await parseSettings({ text, file: join(DOCS, 'fuzz.yaml'), env: ENV });
    if (loaded.ok) return;
    if (loaded.problems.length === 0) throw new Error('refused, and not said why');
    for (const problem of loaded.problems) expectPlaced(problem, text);
  },
};

/** A stack file for `candor guard`. */
export const GUARD: Target = {
  name: 'guard',
  about: 'a stack file: good, or refused with what was found, what was expected, and where',
  seeds: readdirSync(STACKS)
    .filter((file) => file.endsWith('.yml'))
    .slice(0, 20)
    .map((file) => readFileSync(join(STACKS, file))),
  words: [
    ...YAML,
    'services:\n',
    '    image: app\n',
    'deploy:',
    'replicas: 0',
    'x-a: &a',
    'extends:',
  ],
  mostBytes: 20_000,
  mostMs: 2_000,
  check(input) {
    const text = input.toString();
    const { problems, services } = guardStack({ text, file: 'stack.yml' }, { env: ENV });
    if (problems.length === 0 && services.length === 0)
      throw new Error('good, and deploys nothing');
    for (const problem of problems) expectPlaced(problem, text);
  },
};

function expectPlaced({ line, column, found, expected, message }: Problem, text: string): void {
  if (found === '' || expected === '' || message === '') throw new Error('says too little');
  if (line === null) return;
  // As YAML counts lines: U+0085 and the like are none.
  const lines = text.split(/\r\n|\r|\n/);
  const of = lines[line - 1];
  if (of === undefined || column === null || column < 1) throw new Error(`no such place: ${line}`);
}
