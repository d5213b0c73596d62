import { expect, test } from 'vitest';
import { areFields, ReplyFault, readFieldLines } from '../../src/gateway/field-lines.ts';

test.for([
  { text: '', fields: [] },
  { text: 'A: b', fields: ['A', 'b'] },
  { text: 'A: b\r\nc:d\r\n', fields: ['A', 'b', 'c', 'd'] },
  { text: 'A: \t b c \t ', fields: ['A', 'b c'] },
  { text: 'A:\r\nB: \t \r\nC:d', fields: ['A', '', 'B', '', 'C', 'd'] },
  { text: 'A: :b:', fields: ['A', ':b:'] },
  { text: 'A: b\tc\u00a0', fields: ['A', 'b\tc\u00a0'] },
  { text: "!#$%&'*+-.^_`|~0aZ: b", fields: ["!#$%&'*+-.^_`|~0aZ", 'b'] },
])('$text', ({ text, fields }) => {
  expect(readFieldLines(text, 0)).toEqual(fields);
  expect(readFieldLines(`GET / HTTP/1.1\r\n${text}`, 16)).toEqual(fields);
});

test.for([
  { text: ': b', fault: 'a field line is malformed' },
  { text: 'A', fault: 'a field line is malformed' },
  { text: 'A\r\nB: c', fault: 'a field line is malformed' },
  { text: 'A: b\r\n: c', fault: 'a field line is malformed' },
  { text: 'A: b\r\nfolded', fault: 'a field line is malformed' },
  { text: 'A: b\r\n\r\n', fault: 'a field line is malformed' },
  { text: 'A : b', fault: 'a field name is malformed' },
  { text: '(A: b', fault: 'a field name is malformed' },
  { text: 'A(: b', fault: 'a field name is malformed' },
  { text: ' A: b', fault: 'a field name is malformed' },
  { text: 'A: b\0', fault: 'a field value holds a control character' },
  { text: 'A: b\rc', fault: 'a field value holds a control character' },
  { text: 'A: \nb', fault: 'a field value holds a control character' },
  { text: 'A: \x7f', fault: 'a field value holds a control character' },
])('$text is a fault: $fault', ({ text, fault }) => {
  expect(() => readFieldLines(text, 0)).toThrow(new ReplyFault(fault));
});

test('a fault is known by its code', () => {
  expect(new ReplyFault('it is malformed').code).toBe('CANDOR_BAD_REPLY');
});

test.for([
  [[], true],
  [['A', 'b'], true],
  [['A', ''], true],
  [['A', 'b c\t\u00fc', "!#$%&'*+-.^_`|~0", '(d)'], true],
  [['', 'b'], false],
  [['A b', 'c'], false],
  [['A:', 'b'], false],
  [['(A', 'b'], false],
  [['A', 'b\r\nc'], false],
  [['A', 'b\0'], false],
  [['A', 'b', 'C', 'd\x7f'], false],
  [['A', 'b', '\u00fc', 'd'], false],
] as const)('%j are fields: %s', ([fields, are]) => {
  expect(areFields(fields)).toBe(are);
});
