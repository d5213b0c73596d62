import { bypassNames, hasBypass, withoutBypass } from '../../../src/gateway/bypass-cookie.ts';
import { PREVIEW_CLIENTS } from '../../../src/gateway/preview-clients.ts';
import { traceIdOf } from '../../../src/gateway/trace-id.ts';
import { bypassToken } from '../../../src/outage/bypass-token.ts';
import type { KeptMaintenance } from '../../../src/outage/maintenance.ts';
import { skeletonOf } from '../../answer/formats.ts';
import {
  answererOf,
  asker,
  incident,
  matter,
  published,
  settings,
  unanswered,
  update,
} from '../../answer/samples.ts';
import type { Target } from '../target.ts';

const ANSWERER = answererOf();
const MATTERS = [matter(), unanswered(), matter({ reason: 'overload', cause: null, belief: null })];
const WORK: KeptMaintenance = {
  maintenance: {
    ...{ id: '0123456789ab', upstream: 'app', reason: 'r', message: null, by: 'b', startedAt: 0 },
    ...{ endsAt: null, expiresAt: 10 },
  },
  key: Buffer.alloc(32),
};
const TOKEN = bypassToken(WORK);
const CLIENTS = Object.values(PREVIEW_CLIENTS);

/** The fields of a request: a line of method and target, and a line a field. */
export const ANSWERS: Target = {
  name: 'answers',
  about:
    "a request's fields (Accept*, cookies and all): an answer whose form a parser of it can read",
  seeds: CLIENTS.map(({ method, headers }) => requestOf(method, headers)),
  words: [
    ...[
      'Accept: ',
      'text/html',
      'application/json',
      '*/*',
      ';q=0',
      ';q=0.5',
      ';q=1.0001',
      ', ',
      'level=1',
    ],
    ...[
      'Accept-Language: ',
      'de-CH',
      'ar',
      'x-klingon',
      'zh-Hant-TW',
      'Accept-Encoding: ',
      'br',
      'gzip;q=0',
    ],
    ...[
      'Cookie: ',
      `candor-bypass-0123456789ab=${TOKEN}`,
      'traceparent: 00-',
      '\nAccept: ',
      'Origin: null',
    ],
    ...[
      'Sec-Fetch-Mode: navigate',
      'X-Requested-With: XMLHttpRequest',
      'Content-Type: application/grpc',
    ],
    ...['"quo\\"ted"', '\u00e9', '<script>', '%0d%0a', '//evil.example', '/\\evil.example'],
  ],
  mostBytes: 16_384,
  mostMs: 500,
  check(input) {
    const [start = '', ...lines] = input.toString('latin1').split('\n');
    const [method = '', target = ''] = start.split(' ');
    // What node:http lets through: no controls but the tab.
    const fields = lines.map((line) => line.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ''));
    const rawHeaders = fields.flatMap((line) => [
      line.slice(0, Math.max(0, line.indexOf(':'))),
      line.slice(line.indexOf(':') + 1).trim(),
    ]);
    for (const told of MATTERS) {
      const asked = asker({}, { method, target: target || '/', rawHeaders });
      skeletonOf(ANSWERER.answer(asked, told));
    }
    traceIdOf(rawHeaders);
    bypassNames(rawHeaders);
    if (hasBypass(rawHeaders, WORK, 11)) throw new Error('a token is good after its end');
    for (const value of rawHeaders) {
      // Ours begin a pair; what only holds the name within its value is the application's.
      if (/(^|;)\s*candor-bypass-/.test(withoutBypass(value) ?? '')) throw new Error('forwarded');
    }
  },
};

const FORMS = [
  'browser',
  'spa',
  'problem',
  'xml',
  'curl',
  'soap',
  'graphql',
  'eventsource',
] as const;

/** What is filled into templates: the words of a status page. */
export const PUBLISHED: Target = {
  name: 'published',
  about: "a status page's words in every form: the same skeleton as with harmless ones",
  seeds: ['Investigating\nWe look into it.\nMain Application', '<b>&amp;</b>\n{message}\n$&'],
  words: [
    ...[
      '<script>',
      '</script>',
      '</style>',
      '-->',
      ']]>',
      '&lt;',
      '&#60;',
      '"',
      "'",
      '{',
      '}',
      '$1',
    ],
    ...[
      '\u202e',
      '\u2028',
      '\ufdd0',
      '\ufdd1',
      '\ufffe',
      '\ud800',
      '\x85',
      '<%',
      '%>',
      '{0, plural, other {}}',
    ],
  ],
  mostBytes: 600,
  mostMs: 1_000,
  check(input) {
    const words = input.toString().split('\n');
    const told = skeletons(words);
    const harmless = skeletons(words.map((word) => (word.trim() === '' ? word : 'x')));
    for (const [index, skeleton] of told.entries()) {
      if (JSON.stringify(skeleton) === JSON.stringify(harmless[index])) continue;
      throw new Error(`${FORMS[index]}: ${skeleton} in the place of ${harmless[index]}`);
    }
  },
};

function skeletons([name = '', text = '', component = '', brand = '']: readonly string[]) {
  const state = published({ incidents: [incident({ name, updates: [update(component, text)] })] });
  const own = settings();
  if (own.brand === null) throw new Error('the samples have a brand');
  const answerer = answererOf({
    state,
    settings: { ...own, brand: { ...own.brand, name: brand } },
  });
  return FORMS.map((form) => {
    const { method, headers } = PREVIEW_CLIENTS[form];
    return skeletonOf(answerer.answer(asker({}, { method, rawHeaders: headers }), matter()));
  });
}

function requestOf(method: string, headers: readonly string[]): string {
  const lines = headers.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : [],
  );
  return [`${method} /r/invoices`, ...lines].join('\n');
}
