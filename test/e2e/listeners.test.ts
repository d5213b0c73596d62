import { expect, test } from 'vitest';
import { pairOf, shakeHands } from '../gateway/certificate-files.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { connectHttp2 } from '../support/http2-client.ts';
import { startProgram } from '../support/program.ts';
import { startSlow } from './slow-upstream.ts';

test('an HTTP/2 connection outlives a reload of all listeners, and ends in order on SIGTERM', async () => {
  const upstream = await startSlow();
  const settingsWith = (listen: string) =>
    `listen: ${listen}\nops: 127.0.0.1:0\nstore: memory\nupstreams: { app: { endpoints: ["${upstream.url}"] } }\n`;
  const secure = (name: string) => JSON.stringify({ address: '127.0.0.1:0', tls: pairOf(name) });
  const program = await startProgram({ settings: settingsWith(`[${secure('app')}]`) });
  const client = await connectHttp2(program.url);
  const running = client.ask();
  await eventually(() => (upstream.requests === 1 ? true : undefined));

  await program.configure(
    settingsWith(`[${secure('wildcard')}, "127.0.0.2:${new URL(program.url).port}"]`),
  );
  program.signal('SIGHUP');
  await program.logged('settings reloaded');

  await expect(shakeHands(program.url)).resolves.toMatchObject({ certificate: 'wildcard' });
  const cleartext = `http://127.0.0.2:${new URL(program.url).port}`;
  await expect(ask(`${cleartext}/_candor/healthz`)).resolves.toMatchObject({ status: 200 });
  await expect(client.ask({ path: '/_candor/healthz' })).resolves.toMatchObject({ status: 200 });

  program.signal('SIGTERM');
  await program.logged('draining');
  upstream.letGo();

  await expect(running).resolves.toMatchObject({
    status: 200,
    text: 'firstlater',
    code: 'NO_ERROR',
  });
  await expect(program.ended).resolves.toEqual({ code: 0, signal: null });
});
