import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Coding } from '../../src/answer/accept-encoding.ts';
import type { Answer, Asker } from '../../src/answer/answer.ts';
import type { Answerer } from '../../src/answer/answerer.ts';
import { answererOf, asker, bodyOf, fieldsOf, matter, NAVIGATION } from './samples.ts';
import { SCENES } from './scenes.ts';

const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync };
const CODINGS: readonly Coding[] = ['br', 'gzip'];

function unpacked(answer: Answer): string {
  const coding = fieldsOf(answer)['content-encoding'];
  if (coding !== 'br' && coding !== 'gzip') throw new Error(`not compressed but ${coding}`);
  const bytes = Buffer.from(answer.body as string, 'latin1');
  expect(fieldsOf(answer)['content-length']).toBe(String(bytes.length));
  return UNPACK[coding](bytes).toString();
}

/** Blanks may stand before a line: they make up for values that are shorter than their room. */
function withoutIndent(page: string): string {
  return page.replace(/^ +/gm, '');
}

/** Asks until the page is there in that coding. */
async function compressed(
  answerer: Answerer,
  coding: Coding,
  asked: Asker,
  told = matter(),
): Promise<Answer> {
  const rawHeaders = [...asked.rawHeaders, 'Accept-Encoding', coding];
  for (;;) {
    const answer = answerer.answer({ ...asked, rawHeaders }, told);
    if (fieldsOf(answer)['content-encoding'] === coding) return answer;
    await nextTurn();
  }
}

test.for(SCENES.flatMap((scene) => CODINGS.map((coding) => ({ ...scene, coding }))))(
  '$name in $coding is the same page',
  async ({ coding, state, settings, beliefs, ...scene }) => {
    const answerer = answererOf({ state, settings, beliefs: () => beliefs });
    const plain = answerer.answer(scene.asker, scene.matter);
    const answer = await compressed(answerer, coding, scene.asker, scene.matter);
    expect(withoutIndent(unpacked(answer))).toBe(withoutIndent(bodyOf(plain)));
    expect(answer.body.length).toBeLessThan(0.45 * plain.body.length);
  },
);

/** Of each kind of room, and beyond all of them; what is escaped is longer than it was. */
const TARGETS = fc
  .tuple(
    fc.constantFrom(1, 13, 14, 15, 40, 41, 127, 128, 129, 400, 512, 513, 1999),
    fc.stringMatching(/^[!-~]{1,13}$/),
  )
  .map(([length, text]) => `/a${text.repeat(length)}`.slice(0, length));
const REFERENCES = fc.constantFrom('9F3K-7Q2M-4TXB', 'r', crypto.randomUUID(), '@'.repeat(128));

test.for(CODINGS)('whatever a request brings, %s unpacks to the page as it is', async (coding) => {
  const answerer = answererOf();
  await fc.assert(
    fc.asyncProperty(TARGETS, REFERENCES, fc.boolean(), async (target, reference, isPost) => {
      const asked = isPost
        ? asker(
            { ...NAVIGATION, Referer: `https://app.chargeover.com${target}` },
            { reference, method: 'POST' },
          )
        : asker(NAVIGATION, { target, reference });
      const plain = answerer.answer(asked, matter());
      // What fits into no room is not compressed.
      if (/data-to="[^"]{513,}"/.test(bodyOf(plain))) {
        for (let times = 0; times < 3; times++) {
          const rawHeaders = [...asked.rawHeaders, 'Accept-Encoding', coding];
          expect(answerer.answer({ ...asked, rawHeaders }, matter())).toEqual(plain);
          await nextTurn();
        }
        return;
      }
      const answer = await compressed(answerer, coding, asked);
      expect(withoutIndent(unpacked(answer))).toBe(withoutIndent(bodyOf(plain)));
    }),
    { numRuns: 60 },
  );
});

test('the first who asks gets the page as it is, and nobody waits', () => {
  const { headers } = answererOf().answer(
    asker({ ...NAVIGATION, 'Accept-Encoding': 'br' }),
    matter(),
  );
  expect(headers).not.toContain('Content-Encoding');
});

test('what is no page is never compressed', async () => {
  const answerer = answererOf();
  const encodings = { 'Accept-Encoding': 'br, gzip' };
  await compressed(answerer, 'br', asker(NAVIGATION));
  for (const headers of [
    { Accept: '*/*' },
    { Accept: 'application/json' },
    { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' },
    { 'Content-Type': 'application/grpc' },
    { 'Sec-Fetch-Dest': 'image' },
  ]) {
    for (let times = 0; times < 5; times++) {
      const answer = answerer.answer(asker({ ...headers, ...encodings }), matter());
      expect(answer.headers).not.toContain('Content-Encoding');
      await nextTurn();
    }
  }
});

test('HEAD promises what GET sends', async () => {
  const answerer = answererOf();
  const got = await compressed(answerer, 'br', asker(NAVIGATION));
  const head = await compressed(answerer, 'br', asker(NAVIGATION, { method: 'HEAD' }));
  expect(head.headers).toEqual(got.headers);
  expect([head.status, head.reasonPhrase, head.body]).toEqual([got.status, got.reasonPhrase, '']);
});

test('filling a prepared page takes less than 2 ms in 99 of 100 answers', async () => {
  const answerer = answererOf();
  // Another belief would be another page, and be prepared first.
  const told = matter();
  for (const coding of ['br', 'gzip', 'identity'] as const) {
    if (coding !== 'identity') await compressed(answerer, coding, asker(NAVIGATION), told);
    const asked = asker({ ...NAVIGATION, 'Accept-Encoding': coding });
    // CPU of this thread: whoever else is on the machine is not what a fill costs.
    const times = Array.from({ length: 2000 }, () => {
      const { user: before } = process.threadCpuUsage();
      answerer.answer(asked, told);
      return process.threadCpuUsage().user - before;
    });
    expect(times.toSorted((one, other) => one - other)[1980]).toBeLessThan(2000);
  }
});
