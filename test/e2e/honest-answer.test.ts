import { describe, expect, test } from 'vitest';
import { CLIENTS, dishonestyOf, type GivenAnswer } from '../../bench/honest-answer.ts';

const browser = CLIENTS.find(({ name }) => name === 'browser')!;
const form = CLIENTS.find(({ name }) => name === 'form')!;
const truth = { timesReceived: 0, upstreamAddress: '127.0.0.1:4711' };
const body = '<h1>Sorry</h1> ABCD-EFGH-JKMN';
const honest: GivenAnswer = {
  status: 503,
  headers: {
    'candor-disposition': 'not_processed; retry-safe=?1; reason=outage',
    'proxy-status': 'candor; error=connection_refused',
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(body.length),
    'x-request-id': 'ABCD-EFGH-JKMN',
    'retry-after': '42',
  },
  body,
};
const unknown = { ...honest.headers, 'candor-disposition': 'unknown; retry-safe=?0' };

describe('the judge of the fault storm', () => {
  test('lets an honest answer pass', () => {
    expect(dishonestyOf(honest, browser, truth)).toBeNull();
  });

  test.for([
    { name: 'a raw 500', answer: { ...honest, status: 500 } },
    { name: 'a 503 of somebody else', answer: { ...honest, headers: {} } },
    { name: 'a body that is cut off', answer: { ...honest, body: body.slice(1) } },
    {
      name: 'an internal address',
      answer: { ...honest, headers: { ...honest.headers, via: truth.upstreamAddress } },
    },
    { name: '"not processed" of what was received', answer: honest, timesReceived: 1 },
    {
      name: 'a form that was sent twice',
      answer: { ...honest, headers: unknown },
      client: form,
      timesReceived: 2,
    },
    {
      name: 'a form that is to be repeated blindly',
      answer: { ...honest, headers: unknown },
      client: form,
      timesReceived: 1,
    },
  ])('finds $name', ({ answer, client = browser, timesReceived = 0 }) => {
    expect(dishonestyOf(answer, client, { ...truth, timesReceived })).not.toBeNull();
  });
});
