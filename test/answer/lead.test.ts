import { describe, expect, test } from 'vitest';
import { headingText, leadOf } from '../../src/answer/lead.ts';
import { loadLocale } from '../../src/answer/locales.ts';
import type { Notice } from '../../src/answer/notice.ts';
import { createClock } from '../../src/answer/times.ts';
import { createWording, plain } from '../../src/answer/wording.ts';
import { declared, noticeFor } from './notices.ts';
import { belief, incident, published, REPORTED, UPDATED_AT } from './samples.ts';

const SILENT = published();
const UNREACHABLE = { ...REPORTED, kind: 'unreachable', publication: null } as const;

/** Who writes in a brand's name, in UTC. */
function penOf(brand: string | null, isPayment = false) {
  const wording = createWording(loadLocale('en'), brand);
  return { wording, clock: createClock('UTC', wording), isPayment };
}

/** The heading of a page and its paragraphs, in plain words. */
function said(notice: Notice, { isPayment = false, brand = 'Acme' as string | null } = {}) {
  const pen = penOf(brand, isPayment);
  return [headingText(notice, pen), ...leadOf(notice, pen).map(plain)];
}

test('an outage that the status page tells of', () => {
  const nothing = "You don't need to do anything.";
  expect(said(noticeFor())).toEqual([
    'Sorry, Acme is unavailable',
    'Acme has been down since 21:27 UTC. The Acme team knows about it and has posted updates below.',
    nothing,
  ]);
  // In nobody's name, nobody knows about it.
  expect(said(noticeFor(), { brand: null })).toEqual([
    'Sorry, this service is unavailable',
    'This service has been down since 21:27 UTC.',
    nothing,
  ]);
});

test.for([
  {
    incident: { state: 'monitoring' },
    lead: 'The Acme team says a fix is in place and is watching the results.',
  },
  {
    incident: { state: 'resolved', resolvedAt: UPDATED_AT },
    lead: 'The status page says this is resolved, but Acme is still not answering.',
  },
] as const)('an incident that is $incident.state', ({ incident: over, lead }) => {
  const statusPage = published({ incidents: [incident(over)] });
  expect(said(noticeFor({}, { statusPage }))[1]).toBe(
    `Acme has been down since 21:27 UTC. ${lead}`,
  );
});

describe('an outage that no status page tells of', () => {
  const stopped =
    "Acme stopped answering at 21:27 UTC. It isn't just you: we can't reach it either.";

  test.for([
    { page: SILENT, more: ["The Acme status page doesn't mention a problem yet."] },
    {
      page: { ...SILENT, kind: 'unreachable' },
      more: ["We can't reach the Acme status page right now. We last saw it at 21:41 UTC."],
    },
    { page: { ...UNREACHABLE, readAt: null }, more: [] },
    // It was read, and would not say which incidents are open.
    { page: published({ isSilentOnIncidents: true }), more: [] },
    { page: { kind: 'none' }, more: [] },
  ] as const)('$page.kind, and so nothing more than is known of it: $more', ({ page, more }) => {
    const statusPage = page as typeof REPORTED;
    const lines = said(noticeFor({}, { statusPage }));
    expect(lines).toEqual(['Sorry, Acme is unavailable', stopped, ...more]);
  });
});

test.for([
  { component: 'Search', heading: "Search isn't working right now", last: /carry on/ },
  {
    component: ' payment PROCESSING',
    heading: "Payments aren't working right now",
    last: /^Don't enter card or bank details again/,
  },
])('a part: $component', ({ component, heading, last }) => {
  const notice = noticeFor(
    { belief: belief('down', { component }) },
    { beliefs: [belief('up')], statusPage: SILENT },
  );
  expect(said(notice)).toEqual([
    heading,
    'This part of Acme has had problems since 21:27 UTC. The rest of Acme is working.',
    expect.stringMatching(last),
  ]);
});

test.for([
  { ends: '2026-03-04T22:00Z', lead: 'You will be able to use Acme again from 22:00 UTC on' },
  { ends: '2026-03-04T21:41:40Z', lead: 'This planned work is taking longer than expected.' },
  { ends: '2026-03-04T21:00Z', lead: 'This planned work is taking longer than expected.' },
  { ends: null, lead: "This work was planned. We don't have an end time yet." },
])('planned work until $ends, after the operator’s own words', ({ ends, lead }) => {
  const endsAt = ends === null ? null : Date.parse(ends);
  const work = declared({ endsAt, message: 'We move\uFDD0 house.' });
  const lines = said(noticeFor({ belief: { ...belief(), maintenance: work } }));
  const heading = 'Acme is closed for planned work';
  expect(lines).toEqual([heading, 'We move house.', expect.stringContaining(lead)]);

  const silent = { ...work, message: null };
  const without = said(noticeFor({ belief: { ...belief(), maintenance: silent } }));
  expect(without).toEqual([heading, lines[2]]);
});

test('an operator’s own words are as plain as ours', () => {
  const work = declared({ message: 'We move house.' });
  const [words] = leadOf(noticeFor({ belief: { ...belief(), maintenance: work } }), penOf('Acme'));
  expect(words).toEqual([{ text: 'We move house.', at: null, href: null, isStrong: false }]);
});

describe('a write whose outcome is unknown', () => {
  const stopped = 'Acme stopped answering while it was handling your request.';

  test.for([
    { state: 'down', page: REPORTED, more: ' Acme has been down since 21:27 UTC.' },
    { state: 'recovering', page: SILENT, more: ' Acme stopped answering at 21:27 UTC.' },
    { state: 'suspect', page: REPORTED, more: '' },
    { state: 'up', page: REPORTED, more: '' },
  ] as const)('while its upstream is $state', ({ state, page, more }) => {
    const over = { disposition: 'unknown', belief: belief(state) } as const;
    const notice = noticeFor(over, { retrySafe: false, statusPage: page });
    const heading = "We can't tell if your request went through";
    expect(said(notice)).toEqual([heading, stopped + more]);
  });

  test('is a payment where the route says so, and only then', () => {
    const notice = noticeFor({ disposition: 'unknown' }, { retrySafe: false });
    const [heading] = said(notice, { isPayment: true });
    expect(heading).toBe("We can't tell if your payment went through");
    expect(said(noticeFor(), { isPayment: true })).toEqual(said(noticeFor()));
  });
});

test.for([
  {
    over: { signIn: true },
    lines: [
      "You can't sign in right now",
      "Acme can't check sign-in details because of a problem on its side. This doesn't mean your email or password is wrong.",
      "You don't need to reset your password. Wait until Acme is back, then sign in again.",
    ],
  },
  {
    over: { belief: belief('suspect') },
    lines: [
      "Acme didn't answer",
      "We couldn't get an answer from Acme just now. We don't know of an outage yet, so this may be a one-off.",
    ],
  },
  {
    over: { reason: 'overload', belief: null },
    lines: [
      'Acme is very busy right now',
      'Your request was not sent, because too many are waiting. Try again in a few seconds.',
    ],
  },
  {
    over: { reason: 'unknown_route', belief: null },
    lines: ['There is nothing at this address', 'Check the address, or go to the start page.'],
  },
] as const)('$over', ({ over, lines }) => {
  expect(said(noticeFor(over))).toEqual(lines);
});
