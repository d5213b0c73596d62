import { expect, test } from 'vitest';
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
