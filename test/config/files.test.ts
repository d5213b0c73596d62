import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reasonOf } from '../../src/config/files.ts';
import { loadSettings, parseSettings } from '../../src/config/load.ts';
import { marked, withApp } from './marked.ts';

const FILE = resolve(import.meta.dirname, 'candor.yaml');

/** The path of a settings file that is not written, in a folder with these files. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-settings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return join(folder, 'candor.yaml');
}

test('a certificate and its key are read from their files', async () => {
  const text = withApp(
    'listen: { address: 127.0.0.1:0, tls: { cert: tls/cert.pem, key: tls/key.pem } }',
  );

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const read = (name: string) => readFile(resolve(import.meta.dirname, 'tls', name), 'utf8');
  const tls = {
    cert: await read('cert.pem'),
    key: await read('key.pem'),
    certFile: resolve(import.meta.dirname, 'tls/cert.pem'),
    keyFile: resolve(import.meta.dirname, 'tls/key.pem'),
  };
  expect(loaded).toMatchObject({ ok: true, settings: { listen: [{ tls: [tls] }] } });
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
  {
    name: 'a certificate with a key of 512 bits',
    tls: '{ cert: »tls/weak.pem, key: tls/weak-key.pem }',
    expected: 'a certificate whose key TLS takes for strong enough',
  },
  {
    name: 'a second certificate that is none',
    tls: '[{ cert: tls/cert.pem, key: tls/key.pem }, { cert: »tls/key.pem, key: tls/key.pem }]',
    expected: 'a certificate in PEM form',
  },
])('$name is refused', async ({ tls, expected }) => {
  const { text, line, column } = marked(
    withApp(`listen:\n  - { address: 127.0.0.1:0, tls: ${tls} }`),
  );

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const problems = loaded.ok ? [] : loaded.problems;
  expect(problems).toEqual([expect.objectContaining({ line, column, expected })]);
  expect(problems[0]?.path).toMatch(/^listen\[0\]\.tls[.[]/);
});

test('what TLS to an upstream takes is read from its files', async () => {
  const text = withApp('    tls: { ca: tls/cert.pem, cert: tls/cert.pem, key: tls/key.pem }');

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const read = (name: string) => readFile(resolve(import.meta.dirname, 'tls', name), 'utf8');
  const cert = await read('cert.pem');
  const tls = { ca: cert, serverName: null, client: { cert, key: await read('key.pem') } };
  expect(loaded).toMatchObject({ ok: true, settings: { upstreams: { app: { tls } } } });
});

test('a bundle of several authorities is taken as a whole, with what stands between them', async () => {
  const cert = await readFile(resolve(import.meta.dirname, 'tls/cert.pem'), 'utf8');
  const bundle = `# ours\n${cert}\n# theirs\n${cert}`;
  const file = await folderWith({ 'ca.pem': bundle });

  const loaded = await parseSettings({ text: withApp('    tls: { ca: ca.pem }'), file, env: {} });

  expect(loaded).toMatchObject({ settings: { upstreams: { app: { tls: { ca: bundle } } } } });
});

test.for([1, 2])(
  'a bundle is refused with the number of the authority that is broken: %d',
  async (number) => {
    const cert = await readFile(resolve(import.meta.dirname, 'tls/cert.pem'), 'utf8');
    const broken = cert.replace('MII', 'AAA');
    const file = await folderWith({ 'ca.pem': number === 1 ? broken + cert : cert + broken });

    const loaded = await parseSettings({ text: withApp('    tls: { ca: ca.pem }'), file, env: {} });

    const found = `"ca.pem", whose certificate number ${number} cannot be read`;
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ path: 'upstreams.app.tls.ca', found }],
    });
  },
);

test.for([
  {
    name: 'a key in the place of the authorities',
    tls: '{ ca: »tls/key.pem }',
    expected: 'one or more certificates in PEM form',
  },
  {
    name: "a client's key that is not the certificate's",
    tls: '{ cert: tls/cert.pem, key: »tls/other-key.pem }',
    expected: 'the private key of the certificate',
  },
  {
    name: "a client's certificate that is not there",
    tls: '{ cert: »tls/none.pem, key: tls/key.pem }',
    expected: 'a file that can be read',
  },
  {
    name: "a client's certificate that is none",
    tls: '{ cert: »tls/README.md, key: tls/key.pem }',
    expected: 'a certificate in PEM form',
  },
])('to an upstream, $name is refused', async ({ tls, expected }) => {
  const { text, line, column } = marked(withApp(`    tls: ${tls}`));

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const problems = loaded.ok ? [] : loaded.problems;
  expect(problems).toEqual([expect.objectContaining({ line, column, expected })]);
});

test('the certificate of a listener that stands alone is refused at its place', async () => {
  const tls = '{ cert: tls/cert.pem, key: »tls/cert.pem }';
  const { text, line, column } = marked(withApp(`listen: { address: 127.0.0.1:0, tls: ${tls} }`));

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  const found = '"tls/cert.pem", which is something else';
  const problem = { line, column, path: 'listen.tls.key', found };
  expect(loaded).toMatchObject({ ok: false, problems: [problem] });
});

test.for([
  { code: 'ENOENT', reason: 'ENOENT: no such file' },
  { code: 'ENOTDIR', reason: 'ENOTDIR: no such file: a part of its path is no folder' },
  { code: 'EISDIR', reason: 'EISDIR: a folder' },
  { code: 'EACCES', reason: 'EACCES: permission denied' },
  { code: 'EPERM', reason: 'EPERM: permission denied' },
  { code: 'ELOOP', reason: 'ELOOP: symbolic links that go in a circle' },
  { code: 'ENAMETOOLONG', reason: 'ENAMETOOLONG: a name that is too long' },
  { code: 'EIO', reason: 'i/o error' },
])('a file that cannot be had for $code is told of as "$reason"', ({ code, reason }) => {
  expect(reasonOf(Object.assign(new Error('i/o error'), { code }))).toBe(reason);
});

test('what is no error of a file is told of as it is', () => {
  expect([reasonOf('gone'), reasonOf(new Error('gone'))]).toEqual(['gone', 'Error: gone']);
});

test('a key that is encrypted is refused', async () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  });
  const cert = await readFile(resolve(import.meta.dirname, 'tls/cert.pem'), 'utf8');
  const file = await folderWith({ 'cert.pem': cert, 'key.pem': privateKey });
  const text = withApp('    tls: { cert: cert.pem, key: key.pem }');

  const loaded = await parseSettings({ text, file, env: {} });

  const expected = 'a private key in PEM form, not encrypted';
  expect(loaded).toMatchObject({ problems: [{ path: 'upstreams.app.tls.key', expected }] });
});

test('a logo that may not stand in a page is refused with the reason', async () => {
  const { text, line, column } = marked(withApp('brand: { name: A, logo: »tls/key.pem }'));

  const loaded = await parseSettings({ text, file: FILE, env: {} });

  expect(loaded).toMatchObject({ ok: false, problems: [{ line, column, path: 'brand.logo' }] });
  const problem = {
    found: expect.stringMatching(/^"tls\/key\.pem" with "/),
    expected: 'an <svg> element',
  };
  expect(loaded).toMatchObject({ problems: [problem] });
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
