import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { startProgram } from '../support/program.ts';
import { templateFolder, writeTemplates } from '../support/template-folder.ts';
import { ANYWHERE } from './slow-upstream.ts';

test('templates are tried at start and at each reload: the bad ones are named by file and line, the good ones serve', async () => {
  const folder = templateFolder({
    'parts/footer.eta': '<footer>\n<p><%~ it.h1 %></p>\n</footer>\n',
    'parts/header.eta': '<header><span class="brand"><%= it.brand %> dot com</span></header>\n',
  });
  const program = await startProgram({
    // Port 1 of this machine: nobody listens there.
    settings: `${ANYWHERE}upstreams: { app: { endpoints: ["http://127.0.0.1:1"] } }
brand: { name: Example, hosts: [app.example.com], templates: ${JSON.stringify(folder)} }
store: memory
`,
  });
  const pageFor = async (host: string): Promise<string> =>
    (await ask(program.url, { headers: { Host: host, Accept: 'text/html' } })).text;
  const footer = join(folder, 'parts/footer.eta');

  expect(await program.logged('own template refused, the built-in one serves')).toMatchObject({
    level: 'error',
    file: footer,
    line: 2,
    found: 'a text that is printed as it came',
  });
  const atStart = await pageFor('app.example.com');
  expect(atStart).toContain('Example dot com');
  expect(atStart).not.toContain('<footer>');
  expect(await pageFor('customer.test')).not.toContain('dot com');

  writeTemplates(folder, {
    'parts/footer.eta': '<footer>\n<p><%= it.brand %> Inc.</p>\n</footer>\n',
    'parts/header.eta': '<header>\n\n<img src="logo.png" alt="">\n</header>\n',
  });
  const from = program.lines.length;
  program.signal('SIGHUP');
  await program.logged('settings reloaded', from);

  expect(await program.logged('own template refused, the built-in one serves', from)).toMatchObject(
    {
      file: join(folder, 'parts/header.eta'),
      line: 3,
      found: 'src of <img>, which loads something',
    },
  );
  const reloaded = await pageFor('app.example.com');
  expect(reloaded).toContain('<p>Example Inc.</p>');
  expect(reloaded).not.toContain('logo.png');
  expect(reloaded).toContain('<span class="brand">Example</span>');
});
