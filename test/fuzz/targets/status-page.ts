import { parseDocument } from '../../../src/statuspage/parse-document.ts';
import { fixtureNames, fixtureText } from '../../statuspage/fixtures.ts';
import { readValid } from '../../statuspage/valid.ts';
import type { Target } from '../target.ts';

/** What a status page answers. */
export const STATUS_PAGE: Target = {
  name: 'status-page',
  about:
    'a document of a status page: refused, or a publication that keeps the promises of the model',
  seeds: fixtureNames.map((name) => fixtureText(name).slice(0, 6_000)),
  words: [
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'null',
      '"id":',
      '"status":"resolved"',
      '"__proto__":{',
      '1e400',
    ],
    ...[
      '"incidents":[',
      '"components":[',
      '"page":{',
      '"impact":"critical"',
      '"\\ud800"',
      '"<br>"',
    ],
    ...['<rss>', '<channel>', '<item>', '</item>', '<feed>', '<entry>', '<![CDATA[', ']]>', '<!--'],
    ...[
      '<!DOCTYPE x [<!ENTITY a "b">]>',
      '&a;',
      '&#0;',
      '&#x202e;',
      'xmlns="http://www.w3.org/2005/Atom"',
    ],
  ],
  mostBytes: 20_000,
  mostMs: 1_000,
  async check(input) {
    const parsed = await parseDocument(input);
    if (typeof parsed !== 'string') readValid(parsed.payload);
  },
};
