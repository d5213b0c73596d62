import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings, parseSettings } from '../../src/config/load.ts';
import { marked, withApp } from './marked.ts';

const FILE = resolve(import.meta.dirname, 'candor.yaml');

test('a certificate and its key are read from their files', async () => {
  const text = withApp(
    'listen: { address: 127.0.0.1:0, tls: { cert: tls/cert.pem, key: tls/key.pem } }',
  );

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const read = (name: string) => readFile(resolve(import.meta.dirname, 'tls', name), 'utf8');
  const tls = { cert: await read('cert.pem'), key: await read('key.pem') };
  expect(loaded).toMatchObject({ ok: true, settings: { listen: [{ tls }] } });
});

test.for([
  {
    name: "a key that is not the certificate's",
    tls: '{ cert: tls/cert.pem, key: »tls/other-key.pem }',
    expected: 'the private key of the certificate',
  },
  {
    name: 'a certificate in the place of the key',
    tls: '{ cert: tls/cert.pem, key: »tls/cert.pem }',
    expected: 'a private key in PEM form, not encrypted',
  },
  {
    name: 'a key in the place of the certificate',
    tls: '{ cert: »tls/key.pem, key: tls/key.pem }',
    expected: 'a certificate in PEM form',
  },
  {
    name: 'a folder in the place of the key',
    tls: '{ cert: tls/cert.pem, key: »tls }',
    expected: 'a file that can be read',
  },
])('$name is refused', async ({ tls, expected }) => {
  const { text, line, column } = marked(
    withApp(`listen:\n  - { address: 127.0.0.1:0, tls: ${tls} }`),
  );

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const problems = loaded.ok ? [] : loaded.problems;
  expect(problems).toEqual([expect.objectContaining({ line, column, expected })]);
  expect(problems[0]?.path).toMatch(/^listen\[0\]\.tls\./);
});

test('a logo that may not stand in a page is refused with the reason', async () => {
  const { text, line, column } = marked(withApp('brand: { name: A, logo: »tls/key.pem }'));

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  expect(loaded).toMatchObject({ ok: false, problems: [{ line, column, path: 'brand.logo' }] });
  expect(loaded).toMatchObject({ problems: [{ expected: 'an <svg> element' }] });
});

test('a file in the place of the templates is refused', async () => {
  const { text, line, column } = marked(withApp('brand: { name: A, templates: »tls/key.pem }'));

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const problem = { line, column, path: 'brand.templates', found: '"tls/key.pem" (a file)' };
  expect(loaded).toMatchObject({ ok: false, problems: [problem] });
});

test.for([
  { store: 'memory', path: 'memory' },
  { store: './a.sqlite', path: resolve(import.meta.dirname, 'a.sqlite') },
  { store: '/var/lib/candor.sqlite', path: '/var/lib/candor.sqlite' },
])('the store $store is $path', async ({ store, path }) => {
  const loaded = await parseSettings({ text: withApp(`store: ${store}`), file: FILE, env: {} });

  expect(loaded).toMatchObject({ ok: true, settings: { store: path } });
});

test('a file is read as the text that it holds', async () => {
  const file = resolve(import.meta.dirname, 'design-sample.yaml');

  const loaded = await loadSettings(file, {});

  expect(loaded).toEqual(
    await parseSettings({ text: await readFile(file, 'utf8'), file, env: {} }),
  );
});
