import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../src/answer/answer.ts';
import type { Publication } from '../../src/statuspage/model.ts';
import { skeletonOf } from '../answer/formats.ts';
import { hostileLine } from '../answer/hostile.ts';
import { answererOf, asker, belief, bodyOf, matter, NAVIGATION } from '../answer/samples.ts';
import { fixture, fixtureNames } from './fixtures.ts';
import { PAGE, readValid } from './valid.ts';

const CLIENTS = [
  NAVIGATION,
  { Host: 'app.chargeover.com', Accept: 'application/xml' },
  { Host: 'app.chargeover.com', Accept: 'application/json' },
  { Host: 'app.chargeover.com', 'User-Agent': 'curl/8.0', Accept: '*/*' },
] as const;

/** The answers of every form that prints what a status page has published. */
function answersWith(publication: Publication): Answer[] {
  const state = { kind: 'read', url: PAGE.url, readAt: PAGE.readAt, publication } as const;
  const answerer = answererOf({ state });
  const about = matter({ belief: belief('down', { component: 'API' }) });
  return CLIENTS.map((fields) => answerer.answer(asker(fields), about));
}

const readable = fixtureNames.filter((name) => readValid(fixture(name)) !== null);
/** Every element with its attributes that stands on a page of a payload as it was recorded. */
const known = new Set(
  readable.flatMap((name) => {
    const publication = readValid(fixture(name), fixture(name));
    return publication === null ? [] : answersWith(publication).flatMap(skeletonOf);
  }),
);

/** The payload with a text put behind, or in place of, every third of its texts. */
function poisoned(value: unknown, text: string, turn: { at: number }): unknown {
  if (typeof value === 'string') {
    turn.at += 1;
    return [value, `${value}${text}`, turn.at % 2 === 0 ? text : value][turn.at % 3];
  }
  if (Array.isArray(value)) return value.map((item) => poisoned(item, text, turn));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, poisoned(member, text, turn)]),
  );
}

test.for(readable)('nothing of %s is more than a text in an answer, whatever it holds', (name) => {
  const encoded = hostileLine.map((text) => text.replaceAll('<', '&lt;').replaceAll('"', '&quot;'));
  fc.assert(
    fc.property(fc.oneof(hostileLine, encoded), fc.nat(5), (text, at) => {
      const payload = poisoned(fixture(name), text, { at });
      const publication = readValid(payload, payload);
      if (publication === null) return;
      for (const answer of answersWith(publication)) {
        const unknown = skeletonOf(answer).filter((part) => !known.has(part));
        expect(unknown).toEqual([]);
        for (const [, link = ''] of bodyOf(answer).matchAll(/href="([^"]*)"/g)) {
          expect(link).toMatch(
            /^(?:#|\/|data:,$|https:\/\/status\.example\.com\/|mailto:support@)/,
          );
        }
      }
    }),
    { numRuns: 3 },
  );
});
