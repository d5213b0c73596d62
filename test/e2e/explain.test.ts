import { expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { runCommand, startProgram } from '../support/program.ts';

const SETTINGS = `
listen: 127.0.0.1:0
ops: 127.0.0.1:0
store: memory
brand: { name: ChargeOver }
upstreams:
  app: { endpoints: [http://127.0.0.1:9], hold: 0s }
`;

test('the running gateway is asked what it would answer, by the command and for a frame', async () => {
  const { url, opsUrl, file } = await startProgram({ settings: SETTINGS });
  await eventually(async () => {
    const { upstreams } = JSON.parse((await ask(`${opsUrl}/api/upstreams`)).text);
    return upstreams[0].verdict === 'down' ? true : undefined;
  });

  const asked = ['explain', `${url}/invoices`, '--as', 'curl', '--config', file, '--ops', opsUrl];
  const { code, stdout } = await runCommand(...asked, '--json');
  const explained = JSON.parse(stdout);
  const got = await ask(`${url}/invoices`, { headers: { accept: '*/*' } });
  expect([code, explained.status, explained.reasonPhrase]).toEqual([0, 503, got.reasonPhrase]);
  const steady = (text: string) => text.replace(/\d+ seconds|\w{4}-\w{4}-\w{4}/g, '…');
  expect(steady(explained.body)).toBe(steady(got.text));
  expect(explained).toMatchObject({ row: 17, notes: [`by the running gateway, ${opsUrl}`] });

  const page = await ask(`${opsUrl}/api/preview/sign-in?raw=1&theme=dark&language=en`);
  expect(page.text.replaceAll('&#39;', "'")).toContain("You can't sign in right now");
  expect(page.text).not.toContain('prefers-color-scheme: dark');
  expect(page.headers['content-security-policy']).toContain('sandbox');
});
