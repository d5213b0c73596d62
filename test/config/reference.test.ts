import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog, settingsJsonSchema } from '../../src/config/catalog.ts';
import { settingsReference } from '../../src/config/reference.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const renew = 'it is made from the schema: npx vitest run test/config/reference.test.ts -u';

test('docs/settings.md tells what the schema tells', async () => {
  await expect(settingsReference(), renew).toMatchFileSnapshot(`${docs}/settings.md`);
});

test('docs/settings.schema.json is the JSON Schema that `candor schema` prints', async () => {
  const text = `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;

  await expect(text, renew).toMatchFileSnapshot(`${docs}/settings.schema.json`);
});

test.for(catalog())('$path is explained by a sentence', ({ sentence }) => {
  expect(sentence).toMatch(/^\S.*\.$/);
});

test('the example in the documents uses known settings only, by the JSON Schema as well', async () => {
  const example: unknown = parse(await readFile(`${docs}/candor.example.yaml`, 'utf8'));
  const { properties = {}, required, additionalProperties } = settingsJsonSchema();

  expect(Object.keys(example ?? {}).filter((name) => !Object.hasOwn(properties, name))).toEqual([]);
  expect(required).toEqual(['upstreams']);
  expect(additionalProperties).toBe(false);
});
