import { expect, test } from 'vitest';
import { loadLocale } from '../../src/answer/locales.ts';
import { SLOT } from '../../src/answer/slots.ts';
import { tell } from '../../src/answer/telling.ts';
import { createWording } from '../../src/answer/wording.ts';
import { problemXml, soap12Fault } from '../../src/answer/xml.ts';
import { noticeFor } from './notices.ts';

test('a SOAP 1.2 fault never blames the sender, and says what became of the request', () => {
  const fault = soap12Fault(tell(noticeFor(), createWording(loadLocale('fr'), 'Acme & Co')));
  const [reason, detail] = [
    `<env:Text xml:lang="fr">Acme &amp; Co est indisponible. Rien n&#8217;a &#233;t&#233; envoy&#233;. Voir https://status.chargeover.com/ (r&#233;f. ${SLOT.reference})</env:Text>`,
    '<outage xmlns=""><disposition>not_processed</disposition><retrySafe>true</retrySafe></outage>',
  ];
  expect(fault).toBe(
    `<?xml version="1.0" encoding="utf-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code><env:Reason>${reason}</env:Reason><env:Detail>${detail}</env:Detail></env:Fault></env:Body></env:Envelope>`,
  );
});

test('a problem names no page and no seconds where there are none', () => {
  const over = { reason: 'unknown_route', cause: null, belief: null } as const;
  const notice = noticeFor(over, { statusPage: { kind: 'none' } });
  const problem = problemXml(tell(notice, createWording(loadLocale('en'), 'Acme')), '/_candor/');
  expect(problem).toContain(
    `<outage><reason>unknown_route</reason><disposition>not_processed</disposition><retrySafe>true</retrySafe><reference>${SLOT.reference}</reference></outage>`,
  );
});
