import { expect, test } from 'vitest';
import { statusOf } from '../../src/upstream/health-page.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

test.for<{ text: string; status: number | 'malformed' | null }>([
  { text: OK, status: 200 },
  { text: 'HTTP/1.0 503\r\n\r\n', status: 503 },
  { text: 'HTTP/1.1 204 \r\n\r\n', status: 204 },
  { text: `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`, status: 200 },
  { text: 'HTTP/1.1 100 Continue\r\n\r\n', status: null },
  { text: 'HTTP/1.1 101 Switching Protocols\r\n\r\n', status: 'malformed' },
  { text: 'HTTP/1.1 099 What\r\n\r\n', status: 'malformed' },
  { text: 'HTTP/1.1  200 OK\r\n\r\n', status: 'malformed' },
  { text: 'HTTP/2 200\r\n\r\n', status: 'malformed' },
  { text: 'HTTP/1.1 200 OK\n\n', status: 'malformed' },
  { text: 'SSH-2.0-OpenSSH_10.0\r\n', status: 'malformed' },
  { text: `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(70_000)}`, status: 'malformed' },
])('the head $text has the status $status', ({ text, status }) => {
  expect(statusOf(text)).toBe(status);
});

test('no status is told before the head is whole, however it is cut', () => {
  const whole = OK.indexOf('\r\n\r\n') + 4;
  for (let length = 0; length < whole; length += 1) {
    expect(statusOf(OK.slice(0, length))).toBeNull();
  }
  expect(statusOf(OK.slice(0, whole))).toBe(200);
});
