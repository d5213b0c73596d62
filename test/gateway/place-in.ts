import { ReplyText } from '../../src/gateway/reply-text.ts';
import { sentenceOf } from '../../src/gateway/sentence.ts';
import { SENTENCE } from './login.ts';

/** As much of a body as these tests have looked into. */
export const MOST_BYTES = 1024 * 1024;

/** Where in a reply's body the sentence stands, or null. Without a type, the reply has no Content-Type. */
export async function placeIn(
  body: string | Buffer,
  { type = 'text/html; charset=utf-8', sentence = SENTENCE } = {},
): Promise<string | null> {
  const fields = type === '' ? [] : ['Content-Type', type];
  const head = { status: 200, reasonPhrase: 'OK', fields, contentLength: null, isLast: false };
  const text = await ReplyText.of({ head, body: Buffer.from(body) }, { mostBytes: MOST_BYTES });
  if (text === null) throw new Error('the body cannot be read');
  return text.placeOf(sentenceOf(sentence));
}
