import { expect, test } from 'vitest';
import { readFields } from '../../src/answer/request-fields.ts';
import { isJsonType, isType, isWebSocket, startsWith } from '../../src/answer/request-signs.ts';

const ofType = (contentType: string) => readFields(['Content-Type', contentType]);

test.for([
  ['websocket', true],
  ['WebSocket', true],
  ['h2c, websocket', true],
  ['h2c,websocket', true],
  ['websocket/13, h2c', true],
  ['websocket,h2c', true],
  ['websocket h2c', true],
  ['xwebsocket', false],
  ['websockets', false],
  ['h2c', false],
  ['', false],
  [undefined, false],
] as const)('Upgrade: %s asks for a WebSocket: %s', ([upgrade, is]) => {
  expect(isWebSocket(upgrade)).toBe(is);
});

test.for([
  ['text/xml', true],
  ['Text/XML; charset=utf-8', true],
  ['text/xml;charset=utf-8', true],
  ['text/xml, text/plain', true],
  ['text/xml-external', false],
  ['text/xm', false],
  ['a text/xml', false],
] as const)('Content-Type: %s is text/xml: %s', ([contentType, is]) => {
  expect(isType(ofType(contentType), 'text/xml')).toBe(is);
});

test('content without a type is of none', () => {
  expect(isType(readFields([]), 'text/xml')).toBe(false);
  expect(isJsonType(readFields([]))).toBe(false);
});

test.for([
  ['application/json', true],
  ['text/json', true],
  ['APPLICATION/JSON ; charset=utf-8', true],
  [' application/json;v=1', true],
  ['application/vnd.api+json', true],
  ['application/vnd.api+JSON;ext=bulk', true],
  ['application/json5', false],
  ['text/plain;a=application/json', false],
  ['application/json+xml', false],
  ['', false],
] as const)('Content-Type: %s is JSON: %s', ([contentType, is]) => {
  expect(isJsonType(ofType(contentType))).toBe(is);
});

test('a value starts with a text however it is written, and no value with none', () => {
  expect(startsWith('Application/gRPC-web', 'application/grpc')).toBe(true);
  expect(startsWith('application/grp', 'application/grpc')).toBe(false);
  expect(startsWith(undefined, 'a')).toBe(false);
});
