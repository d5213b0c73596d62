import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AS, ask, form } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openDemo, type RunningDemo } from './demo.ts';
import { expectAnswer, headingOf } from './expect-answer.ts';

let demo: RunningDemo;
beforeAll(async () => {
  demo = await openDemo();
});
afterEach(() => demo.mend());
afterAll(() => demo?.program[Symbol.asyncDispose]());

const WRONG = form({ email: 'demo@example.com', password: 'wrong' });
const RIGHT = form({ email: 'demo@example.com', password: 'demo' });

test('the very first request of the outage gets an honest answer', async () => {
  await demo.command('break?how=gone');
  const first = await demo.get('/', AS.browser);
  expectAnswer(first);
  expect(first.headers['proxy-status']).toBe('candor; error=connection_refused');
  expect(first.ms).toBeLessThan(3_000);
});

test('a sign-in in the first moment of the outage is told the truth as well', async () => {
  await demo.command('break?how=gone');
  const page = await ask(`${demo.program.url}/login`, RIGHT);
  expectAnswer(page);
  expect(headingOf(page)).toBe("You can't sign in right now");
});

test('it is back to 200 within 3 s of the mend, whoever asks', async () => {
  await demo.breakFor('gone');
  await demo.command('mend');
  const mended = performance.now();
  await eventually(async () => {
    const all = await Promise.all([demo.get('/', AS.browser), demo.get('/api/v3/customer')]);
    return all.every(({ status }) => status === 200) ? true : undefined;
  });
  expect(performance.now() - mended).toBeLessThan(3_000);
  expect((await ask(`${demo.program.url}/login`, RIGHT)).status).toBe(303);
  const wrong = await ask(`${demo.program.url}/login`, WRONG);
  expect(wrong.text).toContain('The credentials that you provided are not correct.');
});
test('503: the generic page of a dead load balancer is replaced', async () => {
  await demo.command('break?how=503');
  const first = await demo.get('/', AS.browser);
  expectAnswer(first);
  expect(first.headers['proxy-status']).toContain('received-status=503');
  expect(first.headers['candor-disposition']).toMatch(/^not_processed; retry-safe=\?1/);
  expect(first.text).not.toContain('No server is available');
  const page = await ask(`${demo.program.url}/login`, RIGHT);
  expect(headingOf(page)).toBe("You can't sign in right now");
  await demo.breakFor('503');
  expectAnswer(await demo.get('/api/v3/customer', AS.sdk));
});

test('reset: the first answer says 502 and that the outcome of a write is unknown', async () => {
  await demo.command('break?how=reset');
  const write = await ask(`${demo.program.url}/invoices`, form({ company: 'A', amount: '1' }));
  expectAnswer(write, 502);
  expect(write.headers['candor-disposition']).toBe('unknown; retry-safe=?0; reason=outage');
  expect(write.headers['retry-after']).toBeUndefined();
  expect(headingOf(write)).toBe("We can't tell if your request went through");
  await demo.breakFor('reset');
  const [tried, held] = await Promise.all([demo.get('/', AS.browser), demo.get('/', AS.browser)]);
  expect([tried.status, held.status].toSorted()).toEqual([502, 503]);
});

test('hang: once it is certain, all but one trial are answered at once', async () => {
  await demo.breakFor('hang');
  const trial = demo.get('/slow', AS.browser);
  for (let count = 0; count < 5; count += 1) {
    const page = await demo.get('/', AS.browser);
    expectAnswer(page);
    expect(page.ms).toBeLessThan(1_000);
  }
  const pay = await ask(`${demo.program.url}/r/pay`, form({ invoice: '1002' }));
  expectAnswer(pay);
  expect(pay.text).toContain('Your request was not sent');
  await demo.mend();
  expect([502, 504]).toContain((await trial).status);
});

test('one: the endpoint that is gone is set aside alone, and nobody notices', async () => {
  await demo.command('break?how=one');
  for (let count = 0; count < 40; count += 1) {
    expect((await demo.get('/', AS.browser)).status).toBe(200);
  }
  expect((await ask(`${demo.program.url}/login`, RIGHT)).status).toBe(303);
  const { upstreams } = JSON.parse((await ask(`${demo.program.opsUrl}/api/upstreams`)).text);
  const { endpoints } = upstreams.find(({ name }: { name: string }) => name === 'app');
  const aside = endpoints.filter(({ setAside }: { setAside: boolean }) => setAside);
  expect(aside).toHaveLength(1);
  expect(await demo.verdictOf('app')).not.toBe('down');
});
