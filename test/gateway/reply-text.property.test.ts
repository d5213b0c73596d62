import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeIn } from './place-in.ts';

/** Ways in which a page can write one character, or put something beside it that nobody sees. */
const SPACES = [
  ' ',
  '\n\t',
  '&nbsp;',
  '&#32;',
  '\u2003',
  '<br>',
  ' <i> ',
  '</p><p>',
  '<td class="#>#">',
];
const UNSEEN = [
  '',
  '',
  '',
  '<b>',
  '</b>',
  '<!-- > -->',
  '<a href="#>#">',
  "<i title='&quot;'>",
  '&shy;',
  '\u200b',
  '<img alt=#>',
  '<script>"<p>"</script>',
];

function written(character: string, way: number, unseen: string): string {
  const code = character.codePointAt(0) ?? 0;
  const space = SPACES[way % SPACES.length] ?? ' ';
  const forms = [character, character, `&#${code};`, `&#x${code.toString(16)};`];
  return character === ' ' ? space : (forms[way % forms.length] ?? '') + unseen;
}

const letters = fc.stringMatching(/^[A-Za-z0-9äéßłЖ漢.,!?-]{1,12}$/);
const sentences = fc.array(letters, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
const ways = fc.infiniteStream(fc.tuple(fc.nat(1000), fc.constantFrom(...UNSEEN)));

function pageOf(sentence: string, stream: Stream<[number, string]>): string {
  const pieces = [...sentence].map((character) => {
    const [way, unseen] = stream.next().value;
    return written(character, way, unseen);
  });
  return `<!doctype html><body># <p>${pieces.join('')}</p> #`;
}

type Stream<Item> = { next(): { value: Item } };

test('whatever a page puts into a sentence that nobody sees, it is found', async () => {
  await fc.assert(
    fc.asyncProperty(sentences, ways, async (sentence, stream) => {
      expect(await placeIn(pageOf(sentence, stream), { sentence })).toBe('text');
    }),
  );
});

test('however it is written, a sentence of which one letter is another is not found', async () => {
  await fc.assert(
    fc.asyncProperty(sentences, ways, fc.nat(), async (sentence, stream, position) => {
      const places = [...sentence.matchAll(/[^ ]/g)].map(({ index }) => index);
      const at = places[position % places.length] ?? 0;
      // A sign that no sentence has, as what is around it: the sentence stands nowhere by chance.
      const changed = `${sentence.slice(0, at)}§${sentence.slice(at + 1)}`;
      expect(await placeIn(pageOf(changed, stream), { sentence })).toBeNull();
    }),
  );
});

test('no body makes it throw', async () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '</',
    '<!--',
    '-->',
    '<script',
    '</script>',
    '"',
    "'",
    '=',
    '&',
    '&#',
    '{',
    '[',
    '"',
    'a',
    ' ',
    '\0',
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
  );
  const types = fc.constantFrom(
    '',
    'text/html',
    'text/plain',
    'application/json',
    'text/xml',
    'text/html; charset=utf-16',
  );
  await fc.assert(
    fc.asyncProperty(bodies, types, async (body, type) => {
      expect(await placeIn(body, { type })).toBeNull();
    }),
  );
});
