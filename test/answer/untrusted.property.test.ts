import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SLOT } from '../../src/answer/slots.ts';
import {
  answererOf,
  asker,
  bodyOf,
  fieldsOf,
  incident,
  matter,
  NAVIGATION,
  published,
  route,
  settings,
  unanswered,
  update,
} from './samples.ts';

/** Text that would break out of one format or another if it were printed as it is. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>',
        '<b onclick=x>',
        '"',
        "'",
        '&',
        '</time>',
        ']]>',
        '*/',
        '\\',
        '{message}',
        '\r\n',
        '\0',
        '\uD800',
        '漢',
        '😀',
        ...Object.values(SLOT),
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const client = fc.record({
  path: nasty,
  referer: nasty,
  origin: nasty,
  reference: nasty,
  requested: nasty,
});

test('nothing that a client sends is on a page as markup, or in a field as a line', () => {
  fc.assert(
    fc.property(
      client,
      fc.constantFrom('GET', 'POST'),
      ({ path, referer, origin, reference, requested }, method) => {
        const headers = {
          ...NAVIGATION,
          Origin: origin,
          Referer: `https://${NAVIGATION.Host}/${referer}`,
          'Access-Control-Request-Headers': requested,
        };
        const answer = answererOf().answer(
          asker(headers, { method, target: `/${path}`, reference }),
          matter(),
        );
        const page = bodyOf(answer);
        expect(page.match(/<script/g)?.length).toBe(1);
        expect(page).not.toContain('<b onclick');
        expect(page.match(/<a /g)?.length).toBe(3);
        expect(page).not.toMatch(/href="[^"]*['<>]/);
        for (const value of answer.headers) expect(value).toMatch(/^[\x20-\x7e]*$/);
        expect(fieldsOf(answer)['content-length']).toBe(String(Buffer.byteLength(page)));
      },
    ),
  );
});

test('nothing that a status page or the settings say breaks a format', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, nasty, (name, text, status, brandName) => {
      const state = published({
        incidents: [incident({ name, rawStatus: status, updates: [update(status, text)] })],
      });
      const brand = { ...settings().brand!, name: brandName };
      const answerer = answererOf({ state, settings: settings({ brand }) });
      const said = (headers: Record<string, string>, over = {}): string =>
        bodyOf(answerer.answer(asker(headers, over), matter()));

      const page = said(NAVIGATION);
      expect(page.match(/<script/g)?.length).toBe(1);
      expect(page).not.toContain('<b onclick');
      const { outage } = JSON.parse(said({ Accept: 'application/json' }));
      expect(outage.reference).toBe('9F3K-7Q2M-4TXB');
      const envelope = JSON.parse(said({}, { route: route({ errors: 'chargeover' }) }));
      expect(envelope.code).toBe(503);
      expect(envelope.response).toBe(false);
      const xml = said({ Accept: 'text/xml' });
      expect(xml.replace(/<\/?[a-zA-Z]+( xmlns="[^"]*")?>|<\?[^?]*\?>/g, '')).not.toMatch(
        /[<\0\uD800]/,
      );
      for (const body of [page, xml, JSON.stringify(outage)]) {
        expect(body).not.toMatch(/[\uFDD0-\uFDD4]/);
      }
    }),
  );
});

test('every text form has the length that its field says', () => {
  fc.assert(
    fc.property(
      nasty,
      fc.constantFrom('*/*', 'text/html', 'application/json', 'text/xml'),
      (brandName, accept) => {
        const brand = { ...settings().brand!, name: brandName };
        const answer = answererOf({ settings: settings({ brand }) }).answer(
          asker({ Accept: accept }, { method: 'POST' }),
          unanswered(),
        );
        expect(fieldsOf(answer)['content-length']).toBe(String(answer.body.length));
        expect(answer.reasonPhrase).toMatch(/^[\x20-\x7e]{1,80}$/);
      },
    ),
  );
});
