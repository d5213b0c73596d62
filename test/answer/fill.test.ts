import { describe, expect, test } from 'vitest';
import type { Answer, Asker } from '../../src/answer/answer.ts';
import { answererOf, asker, bodyOf, fieldsOf, matter, NAVIGATION } from './samples.ts';

const FRAME = { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' };
const ORIGIN = 'https://portal.example.com';

const answerer = answererOf();

function answered(headers: Readonly<Record<string, string>>, over: Partial<Asker> = {}): Answer {
  return answerer.answer(asker(headers, over), matter());
}

/** The reference that an answer tells, where a proxy has sent this one. */
function told(reference: string): string {
  return fieldsOf(answered({}, { reference }))['x-request-id'] ?? '';
}

describe('a reference from outside', () => {
  test('keeps letters, digits and the signs that mean nothing in any format', () => {
    const all = Array.from({ length: 0x180 }, (_none, code) => String.fromCharCode(code));
    const stay = all.filter((char) => /[A-Za-z\d._:=+/@~-]/.test(char)).join('');
    expect(all.map(told).join('')).toBe(stay);
    // With what has to go, and cut short after that.
    expect(told(`é<${stay}>${stay}`)).toBe(stay + stay.slice(0, 128 - stay.length));
  });

  test('has 128 characters at most', () => {
    const most = 'x'.repeat(128);
    expect([told(most), told(`${most}y`), told(`${most}y<`)]).toEqual([most, most, most]);
  });
});

test.for([
  { name: 'a page', headers: NAVIGATION },
  { name: 'a frame', headers: FRAME },
])('$name leads back to where it was asked for', ({ headers }) => {
  const over = { target: '/r/invoices?page=2&of=3' };
  expect(bodyOf(answered(headers, over))).toContain('href="/r/invoices?page=2&amp;of=3"');
});

test.for([
  { name: 'a page', headers: NAVIGATION },
  { name: 'a text', headers: {} },
  { name: 'JSON', headers: { Accept: 'application/json', Origin: ORIGIN } },
])('$name is printed as its fields and body are', ({ headers }) => {
  const answer = answered(headers);
  const printed = answer.printer?.print('Connection: close\r\n\r\n').toString('latin1') ?? '';
  const [head = '', body] = printed.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');

  expect(line).toBe(`HTTP/1.1 ${answer.status} ${answer.reasonPhrase}`);
  const told = Array.from({ length: answer.headers.length / 2 }, (_none, index) =>
    answer.headers.slice(2 * index, 2 * index + 2).join(': '),
  );
  expect(fields).toEqual([...told, 'Connection: close']);
  expect(body).toBe(answer.body);
});
