import { describe, expect, test } from 'vitest';
import { loadLocale } from '../../src/answer/locales.ts';
import { SLOT } from '../../src/answer/slots.ts';
import { labelOf, tell } from '../../src/answer/telling.ts';
import { createWording } from '../../src/answer/wording.ts';
import { declared, noticeFor, WORK_ENDS } from './notices.ts';
import { belief, NOW, published } from './samples.ts';

const ENGLISH = createWording(loadLocale('en'), 'Acme');
const REF = `(ref ${SLOT.reference})`;
const SEE = `See https://status.chargeover.com/ ${REF}`;

const closed = (over = {}) => noticeFor({ belief: { ...belief(), maintenance: declared(over) } });

test('a notice is told at three lengths; those that stand alone say where to look', () => {
  expect(tell(noticeFor(), ENGLISH)).toMatchObject({
    title: 'Acme is unavailable',
    detail: expect.stringMatching(/^Nothing was sent to Acme, so nothing was saved or charged\./),
    message: `Acme is unavailable. Nothing was sent, so it is safe to try again. ${SEE}`,
    bareMessage: 'Acme is unavailable. Nothing was sent, so it is safe to try again.',
    short: `Acme is unavailable. Nothing was sent. ${SEE}`,
  });
});

test.for([
  { name: 'there is none', over: {}, statusPage: { kind: 'none' } },
  { name: 'we are very busy', over: { reason: 'overload', belief: null } },
  { name: 'there is no such address', over: { reason: 'unknown_route', belief: null } },
] as const)('nobody is sent to the status page where $name', ({ over, ...circumstances }) => {
  const { name: _name, ...rest } = circumstances;
  const { short } = tell(noticeFor(over, rest), ENGLISH);
  expect(short).toContain(REF);
  expect(short).not.toContain('See');
});

describe('planned work', () => {
  const again = 'Nothing was sent, so it is safe to try again';

  test.for([
    { endsAt: WORK_ENDS, end: ' after 2026-03-04T22:00:00Z.' },
    { endsAt: NOW + 1000, end: ' after 2026-03-04T21:41:41Z.' },
    { endsAt: NOW, end: '.' },
    { endsAt: null, end: '.' },
  ])('to its end, where one is known and to come: $endsAt', ({ endsAt, end }) => {
    const { title, bareMessage } = tell(closed({ endsAt }), ENGLISH);
    expect(bareMessage).toBe(`Acme is closed for planned work. ${again}${end}`);
    // Not every text has a place for the end.
    expect(title).toBe('Acme is closed for planned work');
  });

  test('after what its operator has to say, in one line', () => {
    const telling = tell(closed({ message: 'Back\n at\uFDD0 ten.' }), ENGLISH);
    expect(telling.bareMessage).toMatch(/^Back at ten\. Acme is closed for planned work\. /);
    expect(telling.detail).toMatch(/^Back at ten\. Nothing was sent to Acme\. /);
    expect(telling.short).toBe(`Acme is closed for planned work. Nothing was sent. ${SEE}`);
  });

  test('says no end of a request that was sent before it', () => {
    const sent = {
      disposition: 'unknown',
      belief: { ...belief(), maintenance: declared() },
    } as const;
    const telling = tell(noticeFor(sent, { statusPage: published() }), ENGLISH);
    expect(telling.bareMessage).toBe('Acme did not answer. It is safe to send this request again.');
  });
});

test.for([
  ['In_Progress', 'In progress'],
  ['partially__fixed \t soon', 'Partially fixed soon'],
  ['STILL looking', 'STILL looking'],
  ['é\uFDD0tude', 'Étude'],
  [`${'ab '.repeat(13)}cde`, `Ab ${'ab '.repeat(12)}c`],
  [`${'abc '.repeat(10)}d`, `Abc ${'abc '.repeat(8)}abc`],
])('what the status page calls %j is labelled %j', ([raw, label]) => {
  expect(labelOf(raw ?? '', ENGLISH)).toBe(label);
});
