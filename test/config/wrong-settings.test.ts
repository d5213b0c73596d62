import { expect, test } from 'vitest';
import { catalog } from '../../src/config/catalog.ts';
import { marked, problemsOf } from './marked.ts';
import { WRONG_SETTINGS } from './wrong-settings.ts';

const names = catalog().map(({ path }) => path.join('.'));

test('every setting of the catalog is tried with a wrong value', () => {
  expect(Object.keys(WRONG_SETTINGS).toSorted()).toEqual(names.toSorted());
});

test.for(Object.entries(WRONG_SETTINGS))(
  'a wrong %s is refused with its place, what was found and what was expected',
  async ([, { text: source, path, found, expected }]) => {
    const { text, line, column } = marked(source);

    const problems = await problemsOf(text);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'candor.yaml', line, column, path, found });
    expect(problems[0]?.expected).toContain(expected);
    expect(problems[0]?.message).toBe(`found ${found}, expected ${problems[0]?.expected}`);
  },
);

const sections = catalog()
  .filter(({ path }) => path.length > 1)
  .map(({ path }) => path.slice(0, -1));

test.for([...new Set(sections.map((path) => path.join('.')))])(
  'in %s a setting that nobody knows is refused',
  async (section) => {
    const { text, line, column } = marked(withUnknown(section.split('.')));

    const problems = await problemsOf(text);

    expect(problems.map(({ path }) => path)).toContainEqual(expect.stringMatching(/nobody$/));
    const unknown = problems.find(({ path }) => path.endsWith('nobody'));
    expect(unknown).toMatchObject({ line, column, found: 'the unknown key "nobody"' });
  },
);

function withUnknown(section: readonly string[]): string {
  const opened = section.map((part) =>
    part === '[]' ? '[' : `{ ${part === '*' ? 'app' : part}: `,
  );
  const closed = section.map((part) => (part === '[]' ? ']' : ' }')).toReversed();
  return `${opened.join('')}{ »nobody: 1 }${closed.join('')}`;
}
