import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  answererOf,
  asker,
  belief,
  bodyOf,
  fieldsOf,
  incident,
  maintenance,
  matter,
  NAVIGATION,
  NOW,
  published,
  SINCE,
  settings,
  UPDATED_AT,
  update,
} from './samples.ts';
import { SCENES, type Scene } from './scenes.ts';

function pageOf({ state, settings: whole, beliefs, asker: asking, matter: told }: Scene): string {
  return bodyOf(
    answererOf({ state, settings: whole, beliefs: () => beliefs }).answer(asking, told),
  );
}

function sceneOf(name: string, over: Partial<Scene> = {}): Scene {
  const found = SCENES.find((scene) => scene.name === name);
  if (found === undefined) throw new Error(`no scene ${name}`);
  return { ...found, ...over };
}

/** What a reader sees without script: tags, style, script and what is hidden taken out. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<(section|span|p|ol)[^>]*\shidden>[\s\S]*?<\/\1>/g, '')
    .replace(/^[\s\S]*<main>/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

const SINCE_SAID = '3:27 PM CST (21:27 UTC)';
const COPY: Record<string, readonly string[]> = {
  outage: [
    `ChargeOver has been down since ${SINCE_SAID}. The ChargeOver team knows about it and has posted updates below. You don't need to do anything.`,
    'Check again',
    'Open the status page',
    'This page does not update by itself. Select “Check again” to see the latest.',
    'Updates from the ChargeOver status page',
    'Identified 3:41 PM CST (21:41 UTC)',
    'Last checked 3:41 PM CST (21:41 UTC).',
    'Need help? Contact ChargeOver support and give this reference: 9F3K-7Q2M-4TXB',
  ],
  'outage-monitoring': ['The ChargeOver team says a fix is in place and is watching the results.'],
  'outage-resolved-but-failing': [
    'The status page says this is resolved, but ChargeOver is still not answering.',
  ],
  'outage-unreported': [
    `ChargeOver stopped answering at ${SINCE_SAID}. It isn't just you: we can't reach it either.`,
    "The ChargeOver status page doesn't mention a problem yet.",
    'Nothing has been posted yet.',
  ],
  'outage-status-page-lost': [
    "We can't reach the ChargeOver status page right now. We last saw it at 3:41 PM CST (21:41 UTC).",
  ],
  'outage-post': [
    "Your request was not sent We didn't send anything to ChargeOver, so nothing was saved or charged. You can try again when ChargeOver is back. Your browser usually keeps what you typed if you go back.",
    'Open the status page (opens in a new tab)',
  ],
  'outage-neutral': [
    'This service has been down since 9:27',
    "You don't need to do anything.",
    'Updates from the service provider',
  ],
  partial: [
    `This part of ChargeOver has had problems since ${SINCE_SAID}. The rest of ChargeOver is working.`,
    'You can carry on with other work.',
    'Go to ChargeOver',
    'Still working, according to the status page',
    'Main Application',
  ],
  maintenance: [
    'You will be able to use ChargeOver again from 9:00 PM CST (03:00 UTC) on Wednesday, March 4.',
  ],
  'outcome-unknown': [
    `ChargeOver stopped answering while it was handling your request. ChargeOver stopped answering at ${SINCE_SAID}.`,
    'Your request may or may not have gone through Before you try again, check whether it is already there. Sending it again could create a duplicate. If your browser asks to send the form again, choose Cancel.',
    'Go back to your form',
  ],
  'outcome-unknown-payment': [
    "Don't pay again yet The payment may have gone through. When ChargeOver is back, look at the invoice or check your email for a receipt. If the payment is there, you are done. If it isn't, you can pay again.",
  ],
  'sign-in': [
    "ChargeOver can't check sign-in details because of a problem on its side. This doesn't mean your email or password is wrong.",
    "You don't need to reset your password. Wait until ChargeOver is back, then sign in again.",
    'Back to sign in',
  ],
  suspect: [
    "We couldn't get an answer from ChargeOver just now. We don't know of an outage yet, so this may be a one-off.",
    'Try again',
  ],
  overload: [
    'Your request was not sent, because too many are waiting. Try again in a few seconds.',
    'Try again',
  ],
  'unknown-route': ['Check the address, or go to the start page.', 'Go to the start page'],
};

test.for(SCENES)('$name is headed "$h1", and titled so', (scene) => {
  const page = pageOf(scene);
  expect(page.match(/<h1[^>]*>([^<]*)/)?.[1]).toBe(scene.h1);
  const brand = scene.settings.brand === null ? '' : ' – ChargeOver';
  expect(page).toContain(`<title>${scene.h1}${brand}</title>`);
});

test.for(Object.entries(COPY))('%s says what UX.md, section 4, has it say', ([name, sentences]) => {
  const text = textOf(pageOf(sceneOf(name)));
  for (const sentence of sentences.filter((said) => !said.includes('9:27'))) {
    expect(text).toContain(sentence);
  }
});

test.for([
  {
    name: 'outage-status-page-unreachable',
    not: /status page (doesn't|right now)|Nothing has been posted|Last checked|Updates from/,
  },
  { name: 'outage-no-status-page', not: /status page|Updates from/ },
  { name: 'outage-neutral', not: /ChargeOver has|team|Need help|9F3K/ },
  { name: 'sign-in', not: /Your request (was not|may)/ },
  { name: 'overload', not: /status page|Updates from|update by itself/ },
  { name: 'unknown-route', not: /status page|Updates from|update by itself/ },
  { name: 'outage-frame', not: /Need help|Updates from|update by itself/ },
  { name: 'outage-resolved-but-failing', not: /team knows/ },
])('$name does not say $not', ({ name, not }) => {
  expect(textOf(pageOf(sceneOf(name)))).not.toMatch(not);
});

test('a status page that answers something else leads to no claim about it', () => {
  const state = { kind: 'unread', url: 'https://status.chargeover.com' } as const;
  const text = textOf(pageOf(sceneOf('outage-unreported', { state })));
  expect(text).not.toMatch(/mention a problem|posted yet|Last checked/);
  expect(text).toContain('Open the status page');
});

test.for([
  {
    name: 'outage',
    promise: 'This page updates on its own and will reload when ChargeOver is back.',
  },
  { name: 'outage-unreported', promise: 'Updates will appear here as soon as they are posted.' },
  {
    name: 'outage-no-status-page',
    promise: 'This page updates on its own and will reload when ChargeOver is back.',
  },
  { name: 'outage-post', promise: 'This page updates on its own.' },
  { name: 'partial', promise: 'This page will reload when Search is back.' },
  { name: 'sign-in', promise: undefined },
  { name: 'suspect', promise: undefined },
])('$name promises, where there is a script: $promise', ({ name, promise }) => {
  const page = pageOf(sceneOf(name));
  expect(/<span class="while-live[^"]*" hidden> ([^<]*)/.exec(page)?.[1]).toBe(promise);
});

test('an old copy of the status page is still told, with its age', () => {
  const read = published({ incidents: [incident()] });
  if (read.kind !== 'read') throw new Error('not read');
  const text = textOf(pageOf(sceneOf('outage', { state: { ...read, kind: 'unreachable' } })));
  expect(text).toContain('We are currently investigating this issue.');
  expect(text).toContain("We can't reach the ChargeOver status page right now. We last saw it at");
});

test('updates are newest first, five at most, cut at 600 characters with the way to the rest', () => {
  const updates = Array.from({ length: 7 }, (_, index) =>
    update('monitoring', `${index}: ${'word '.repeat(200)}`, UPDATED_AT - index * 60_000),
  );
  const page = pageOf(
    sceneOf('outage', { state: published({ incidents: [incident({ updates })] }) }),
  );
  const items = page.match(/<li[\s\S]*?<\/li>/g) ?? [];
  expect(items.length).toBe(5);
  expect(items[0]).toContain('0: word');
  expect(items[0]).toContain(
    '<a href="https://status.chargeover.com/incidents/abc123">Read the full update</a>',
  );
  expect(/<p[^>]*>(\d: [^<]*)/.exec(items[0] ?? '')?.[1]?.length).toBeLessThanOrEqual(600);
});

test('a postmortem is announced, not printed', () => {
  const updates = [update('postmortem', '## Root cause\nA space.')];
  const state = published({
    incidents: [incident({ state: 'resolved', resolvedAt: UPDATED_AT, updates })],
  });
  const page = pageOf(sceneOf('outage', { state }));
  expect(page).toContain('ChargeOver has published a report on this incident.');
  expect(page).toContain(
    '<a href="https://status.chargeover.com/incidents/abc123">Read the report</a>',
  );
  expect(page).not.toContain('Root cause');
});

test.for([
  { until: null, says: "This work was planned. We don't have an end time yet." },
  {
    until: SINCE + 60_000,
    says: 'This planned work is taking longer than expected. It was due to end at 3:28 PM CST (21:28 UTC) on Wednesday, March 4.',
  },
])('planned work: $says', ({ until, says }) => {
  const state = published({ maintenances: [maintenance({ until })] });
  expect(textOf(pageOf(sceneOf('maintenance', { state })))).toContain(says);
});

test('in summer Chicago is on CDT, and a zone that nobody knows is UTC', () => {
  const since = Date.parse('2026-07-19T15:24:00Z');
  const told = matter({
    belief: {
      ...belief(),
      verdict: { state: 'down', since, cause: 'no_endpoints', detectedAt: since },
    },
  });
  const said = (timeZone: string): string => {
    const whole = settings({ brand: { ...settings().brand!, timeZone } });
    return bodyOf(
      answererOf({ settings: whole, now: () => since + 60_000 }).answer(asker(NAVIGATION), told),
    );
  };
  expect(said('America/Chicago')).toContain('>10:24 AM CDT (15:24 UTC)<');
  expect(said('UTC')).toContain('>15:24 UTC<');
  expect(said('Mars/Olympus')).toContain('>3:24 PM UTC (15:24 UTC)<');
});

test('a payment page that fails alone warns of paying again', () => {
  const text = textOf(
    pageOf(
      sceneOf('partial', {
        matter: matter({ belief: belief('down', { component: 'Payment Processing' }) }),
      }),
    ),
  );
  expect(text).toContain("Payments aren't working right now");
  expect(text).toContain("Don't enter card or bank details again until this is fixed.");
});

test('a part is the whole when the main application is not known to work', () => {
  const page = pageOf(sceneOf('partial', { beliefs: [belief('suspect')] }));
  expect(page).toContain('Sorry, ChargeOver is unavailable');
});

test.for([
  { name: 'outage', href: '/r/invoices?page=2' },
  { name: 'outage-post', href: '/r/invoices/17/edit?tab=2' },
  { name: 'outcome-unknown', href: '/r/invoices/17/edit?tab=2' },
  { name: 'sign-in', href: '/login' },
  { name: 'unknown-route', href: '/' },
])('$name leads to $href by GET', ({ name, href }) => {
  const page = pageOf(sceneOf(name));
  expect(page).toContain(`<a class="button primary" href="${href}"`);
  expect(page).not.toMatch(/<form|http-equiv/);
});

test.for(SCENES)(
  '$name needs nothing from outside, and its policy names its style and script',
  (scene) => {
    const page = pageOf(scene);
    const fields = fieldsOf(
      answererOf({ state: scene.state, settings: scene.settings }).answer(
        scene.asker,
        scene.matter,
      ),
    );
    expect(page).not.toMatch(/\ssrc=|@import|url\(|<link(?! rel="icon" href="data:,")/);
    expect(page).not.toMatch(/\sstyle=|\son\w+=/);
    for (const [tag, directive] of [
      ['style', 'style-src'],
      ['script', 'script-src'],
    ]) {
      const inline = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1];
      if (inline === undefined) continue;
      const hash = createHash('sha256').update(inline).digest('base64');
      expect(fields['content-security-policy']).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(fields['content-security-policy']).toMatch(
      /^default-src 'none'; .*connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
  },
);

test('the budgets of section 8 hold', () => {
  const updates = Array.from({ length: 5 }, () =>
    update('investigating', 'A word or “two”. '.repeat(60)),
  );
  const state = published({ incidents: [incident({ updates })] });
  const page = pageOf(sceneOf('outage-post', { state }));
  const frame = pageOf(sceneOf('outage-frame', { state }));
  const inside = (tag: string): number =>
    Buffer.byteLength(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '');
  const KB = 1024;
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(24 * KB);
  expect(gzipSync(page).length).toBeLessThanOrEqual(8 * KB);
  expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(8 * KB);
  expect(inside('style')).toBeLessThanOrEqual(6 * KB);
  expect(inside('script')).toBeLessThanOrEqual(6 * KB);
});

test('filling a prepared page takes at most 2 ms at the 99th percentile', () => {
  const answerer = answererOf({ now: () => NOW });
  const told = matter();
  const took = Array.from({ length: 2000 }, () => {
    const start = performance.now();
    answerer.answer(asker(NAVIGATION), told);
    return performance.now() - start;
  }).toSorted((one, other) => one - other);
  expect(took[1980]).toBeLessThanOrEqual(2);
});
