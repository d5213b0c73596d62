import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { openDemo, type RunningDemo } from './demo.ts';

/** What each command of the tour in docs/demo.md shows, in its order. */
const SHOWN: readonly RegExp[] = [
  /The credentials that you provided are not correct\./,
  /^Broken: /,
  /^HTTP\/1\.1 503 [\s\S]*Retry-After: \d+[\s\S]*rel="status"[\s\S]*Sorry, ChargeOver is unavailable/,
  /^HTTP\/1\.1 503 [\s\S]*\{"code":503,"status":"Error","message":"ChargeOver is unavailable\. /,
  /^HTTP\/1\.1 503 [\s\S]*ChargeOver is unavailable \(503\)\.\nNothing was sent to ChargeOver\./,
  /^HTTP\/1\.1 503 (?![\s\S]*Set-Cookie)[\s\S]*You can(?:'|&#39;)t sign in right now/,
  /^Posted on /,
  /^Posted on /,
  /^Posted on /,
  /^Mended: /,
  /^Posted on /,
  /^Mended: /,
  /^Broken: [^\n]*\n?HTTP\/1\.1 504 (?![\s\S]*Retry-After: )[\s\S]*Don(?:'|&#39;)t pay again yet/,
  /^Mended: /,
];

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.skipIf(!hasCurl)(
  hasCurl ? 'the tour' : 'the tour (skipped: no curl on this machine)',
  () => {
    let demo: RunningDemo;
    let page: string;
    beforeAll(async () => {
      demo = await openDemo();
      page = await readFile(new URL('../../docs/demo.md', import.meta.url), 'utf8');
    });
    afterAll(() => demo?.program[Symbol.asyncDispose]());

    test('each command of docs/demo.md shows what the page says', { timeout: 60_000 }, async () => {
      const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
      const commands = blocks.join('').trim().split('\n');
      expect(commands).toHaveLength(SHOWN.length);
      for (const [index, command] of commands.entries()) {
        const shown = await run(command);
        expect(shown.replaceAll('\r', ''), command).toMatch(SHOWN[index] ?? /^$/);
        if (!command.includes('/mend')) continue;
        await eventually(
          async () => ((await demo.verdictOf('app')) === 'up' ? true : undefined),
          12_000,
        );
      }
    });

    test('each way to break it that the page lists is taken, and each that there is stands there', async () => {
      const listed = [...page.matchAll(/^\| `curl -X POST '[^']*\/break\?how=(\w+)'`/gm)].map(
        ([, how = '']) => how,
      );
      for (const how of listed) await demo.command(`break?how=${how}`);
      await demo.mend();
      const taken = [...demo.program.output.matchAll(/break\?how=(\w+)'/g)].map(([, how]) => how);
      expect(new Set(['gone', ...listed])).toEqual(new Set(taken));
    });

    test.for([
      '/invoices',
      '/r/pay',
      '/api/v3/customer',
      '/api/v3/customer/1',
      '/slow?ms=10',
      '/healthz',
    ])('there is %s to try', async (path) => {
      expect((await demo.get(path)).status).toBe(200);
    });

    /** As on a command line, with the ports that this demo has. */
    async function run(command: string): Promise<string> {
      const real = command
        .replaceAll('http://127.0.0.1:8080', demo.program.url)
        .replaceAll('http://127.0.0.1:9902', demo.controlUrl)
        .replaceAll('curl ', 'curl -s ');
      return (await promisify(execFile)('sh', ['-c', real])).stdout;
    }
  },
);
