import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outage, openOutage } from './outage.ts';
import { commandIn, run } from './run-command.ts';

/** What people see in a terminal: curl, wget and Python's urllib, as they come. */

const [CURL, WGET, PYTHON] = await Promise.all([
  commandIn('curl'),
  commandIn('wget'),
  commandIn('python3'),
]);
let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

function titled(name: string, command: string | undefined): string {
  return command === undefined ? `${name} (skipped: it is not on this machine)` : name;
}

describe.skipIf(CURL === undefined)(titled('curl', CURL), () => {
  test('prints five lines that say what is the matter', async () => {
    const { code, stdout } = await run('curl', ['-s', `${outage.url}/invoices`]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toEqual([
      'ChargeOver is unavailable (503).',
      expect.stringMatching(
        /^Nothing was sent to ChargeOver\. It is safe to try again in about \d\d seconds\.$/,
      ),
      expect.stringMatching(
        /^Down since \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Latest update: Investigating, \d\d:\d\d UTC\.$/,
      ),
      `Status: ${outage.statusPage}`,
      expect.stringMatching(/^Reference: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
      '',
    ]);
    expect(lines.filter((line) => line.length > 78)).toEqual([]);
  });

  test('--fail ends with its error code, and --head gets the fields without a body', async () => {
    const failed = await run('curl', ['-sS', '--fail', `${outage.url}/`]);
    expect(failed).toMatchObject({ code: 22, stdout: '' });
    expect(failed.stderr).toContain('503');
    const { stdout } = await run('curl', ['-sI', `${outage.url}/`]);
    expect(stdout).toMatch(/^HTTP\/1\.1 503 ChargeOver outage - see http/);
    expect(stdout).toMatch(/\r\nContent-Length: [1-9]\d+\r\n/);
  });

  test('--retry does not ask again before the time that it was told', async () => {
    const before = await outage.answers();
    const args = ['-sS', '--retry', '3', '--retry-max-time', '1', `${outage.url}/`];
    const { stdout } = await run('curl', args);
    expect(stdout).toContain('ChargeOver is unavailable (503).');
    expect((await outage.answers()) - before).toBe(1);
  });

  test('a POST that hangs says to check first, and gives no time to repeat it', async () => {
    const { stdout } = await run('curl', ['-si', '-d', 'amount=12', `${outage.url}/slow/pay`]);
    expect(stdout).toMatch(/^HTTP\/1\.1 504 No answer, outcome unknown - see http/);
    expect(stdout).toContain(
      'Your request may have been processed. Check before sending it again.',
    );
    expect(stdout.toLowerCase()).not.toContain('retry-after');
    expect(stdout).toContain('Candor-Disposition: unknown; retry-safe=?0; reason=outage');
  });

  test('HTTP/1.0 gets a length and an end', async () => {
    const { stdout } = await run('curl', ['-si', '--http1.0', `${outage.url}/api/v3/customer`]);
    expect(stdout).toMatch(/\r\nContent-Length: \d+\r\n/);
    expect(stdout.toLowerCase()).not.toContain('transfer-encoding');
  });
});

describe.skipIf(WGET === undefined)(titled('wget', WGET), () => {
  test('names the status and the address of the status page', async () => {
    const { code, stderr } = await run('wget', [
      '-O',
      '-',
      '--tries=1',
      `${outage.url}/report.pdf`,
    ]);
    expect(code).toBe(8); // The server issued an error response.
    expect(stderr).toContain(`503 ChargeOver outage - see ${outage.statusPage}`);
  });

  test('shows the text where it is asked for', async () => {
    const args = ['-qO', '-', '--tries=1', '--content-on-error', `${outage.url}/report`];
    const { stdout } = await run('wget', args);
    expect(stdout).toContain('ChargeOver is unavailable (503).');
    expect(stdout).toContain(`Status: ${outage.statusPage}`);
  });
});

describe.skipIf(PYTHON === undefined)(titled("Python's urllib", PYTHON), () => {
  const SCRIPT = `
import sys, urllib.request, urllib.error
try:
    urllib.request.urlopen(sys.argv[1], timeout=5)
except urllib.error.HTTPError as error:
    print(error)
    print(error.headers['Retry-After'])
    print(error.read().decode())
`;

  test('raises an error whose text leads to the status page', async () => {
    const { stdout, stderr } = await run('python3', ['-c', SCRIPT, `${outage.url}/customers`]);
    expect(stderr).toBe('');
    const [message, retryAfter, first] = stdout.split('\n');
    expect(message).toBe(`HTTP Error 503: ChargeOver outage - see ${outage.statusPage}`);
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(30);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect(first).toBe('ChargeOver is unavailable (503).');
  });
});
