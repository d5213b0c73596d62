import { expect, test } from 'vitest';
import { decodeText } from '../../src/gateway/decode-text.ts';
import { placeIn } from './place-in.ts';

const GERMAN = 'Ungültige „Anmeldung“ – geht’s noch?';

test.for([
  { name: 'UTF-8', type: 'text/html; charset=UTF-8', encode: (text: string) => Buffer.from(text) },
  {
    name: 'UTF-8 that nobody names',
    type: 'text/html',
    encode: (text: string) => Buffer.from(text),
  },
  {
    name: 'UTF-8 with a mark',
    type: 'text/html',
    encode: (text: string) => Buffer.from(`\ufeff${text}`),
  },
  { name: 'Windows-1252', type: 'text/html;charset="iso-8859-1"', encode: windows1252 },
  { name: 'Windows-1252 that nobody names', type: 'text/html', encode: windows1252 },
  {
    name: 'what the page names itself',
    type: 'text/html',
    encode: (text: string) => Buffer.concat([Buffer.from('<meta charset=koi8-r>'), koi8(text)]),
    sentence: 'Неверный пароль',
  },
  {
    name: 'UTF-16, by its type',
    type: 'text/plain; charset=utf-16le',
    encode: (text: string) => Buffer.from(text, 'utf16le'),
  },
  {
    name: 'UTF-16, by its mark',
    type: 'text/html; charset=utf-8',
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  },
  {
    name: 'UTF-16, the greater byte first',
    type: 'text/html',
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  },
  {
    name: 'an encoding that nobody knows',
    type: 'text/html; charset=none',
    encode: (text: string) => Buffer.from(text),
  },
  {
    name: 'references for what is not ASCII',
    type: 'text/html; charset=us-ascii',
    encode: asReferences,
  },
])('it is found in $name', async ({ type, encode, sentence = GERMAN }) => {
  expect(await placeIn(encode(`<p>${sentence}</p>`), { type, sentence })).toBe('text');
});

test.for([
  { name: 'a mark', bytes: [0xef, 0xbb, 0xbf, 0xc3, 0xbc], text: 'ü' },
  { name: 'the mark of UTF-16', bytes: [0xff, 0xfe, 0xfc, 0x00], text: 'ü' },
  {
    name: 'the mark of UTF-16, the greater byte first',
    bytes: [0xfe, 0xff, 0x00, 0xfc],
    text: 'ü',
  },
  { name: 'two thirds of a mark', bytes: [0xef, 0xbb, 0x41], text: 'ï»A' },
  { name: 'a mark with a hole', bytes: [0xef, 0x41, 0xbf], text: 'ïA¿' },
  { name: 'the end of a mark', bytes: [0x41, 0xbb, 0xbf], text: 'A»¿' },
  { name: 'half a mark of UTF-16', bytes: [0xff, 0x41], text: 'ÿA' },
  { name: 'the other half', bytes: [0x41, 0xfe], text: 'Aþ' },
  { name: 'half of the other mark', bytes: [0xfe, 0x41], text: 'þA' },
  { name: 'its other half', bytes: [0x41, 0xff], text: 'Aÿ' },
])('$name before what says that it is Latin-1', ({ bytes, text }) => {
  expect(decodeText(Buffer.from(bytes), 'text/html; charset=iso-8859-1')).toBe(text);
});

test.for([
  { type: 'text/html;charset=koi8-r', body: '' },
  { type: 'text/html;a=b;  Charset = "KOI8-R"; c', body: '' },
  { type: 'text/html', body: '<meta http-equiv=content-type content="text/html; charset=koi8-r">' },
  { type: null, body: `<?xml version="1.0" encoding = 'koi8-r'?>` },
  { type: null, body: '<p>before</p> <META charset="koi8-r">' },
])('$type and $body name Russian', ({ type, body }) => {
  const bytes = Buffer.concat([Buffer.from(body), Buffer.from([0xcd, 0xc9, 0xd2])]);
  expect(decodeText(bytes, type)).toBe(`${body}мир`);
});

test.for([
  { type: 'text/html; x-charset=koi8-r', body: '' },
  { type: 'charset=koi8-r', body: '' },
  { type: null, body: '<p charset=koi8-r>' },
  { type: null, body: '<metal charset=koi8-r>' },
  { type: null, body: '<meta> charset=koi8-r' },
  { type: null, body: '<meta xcharset=koi8-r>' },
  { type: null, body: '<meta charset=utf-16>' },
  { type: null, body: '<meta charset=UTF16le>' },
  { type: null, body: `${' '.repeat(1024)}<meta charset=koi8-r>` },
])('$type and $body name nothing, and the text is UTF-8', ({ type, body }) => {
  expect(decodeText(Buffer.from(`${body}мир`), type)).toBe(`${body}мир`);
});

test('a mark is no part of the text, whoever names the encoding', () => {
  expect(decodeText(Buffer.from('\ufeffa\ufeff'), null)).toBe('a\ufeff');
  expect(decodeText(Buffer.from('\ufeffa'), 'text/html; charset=none')).toBe('a');
});

function windows1252(text: string): Buffer {
  const high: Readonly<Record<string, number>> = { '„': 0x84, '“': 0x93, '–': 0x96, '’': 0x92 };
  return Buffer.from([...text].map((one) => high[one] ?? one.charCodeAt(0)));
}

function koi8(text: string): Buffer {
  const decoder = new TextDecoder('koi8-r');
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]),
  );
  return Buffer.from([...text].map((one) => bytes.get(one) ?? 0x3f));
}

function asReferences(text: string): Buffer {
  return Buffer.from(text.replace(/[^ -~]/g, (one) => `&#${one.charCodeAt(0)};`));
}
