import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/statuspage/parse-document.ts';
import { fixture, fixtureNames, fixtureText } from './fixtures.ts';
import { readValid } from './valid.ts';

test('arbitrary JSON is refused or becomes a valid publication', () => {
  const payload = fc.jsonValue({ maxDepth: 6 });
  fc.assert(fc.property(payload, payload, (one, other) => void readValid(one, other)));
});

/** Values of every kind, among them those that one format or another gives a meaning. */
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('resolved', 'monitoring', 'in_progress', 'critical', 'major_outage', true),
  fc.constantFrom('HASISSUES', 'full_outage', 'downtime', 'maintenance', 'danger', 0, 3),
  fc.constantFrom('2023-07-19T10:29:00.000-05:00', '9999-12-31T23:59:59Z', '__proto__', 'toString'),
  fc.constantFrom('Sat Jun 11 2022 18:55:50 GMT+0000 (X)', 1e12, -1e308, 1e9, '\u202e\0x\ud800'),
  fc.constantFrom('https://status.example.com/hub/x', 'https://evil.example', 'javascript:1'),
  fc.constant('<br>&lt;'.repeat(10_000)),
);
const entry = fc.record(
  {
    id: anyValue,
    name: anyValue,
    status: anyValue,
    impact: anyValue,
    shortlink: anyValue,
    created_at: anyValue,
    started_at: anyValue,
    updated_at: anyValue,
    resolved_at: anyValue,
    scheduled_for: anyValue,
    scheduled_until: anyValue,
    components: fc.oneof(anyValue, fc.array(fc.record({ id: anyValue, name: anyValue }))),
    incident_updates: fc.oneof(
      anyValue,
      fc.array(
        fc.record(
          {
            id: anyValue,
            status: anyValue,
            body: anyValue,
            display_at: anyValue,
            created_at: anyValue,
            affected_components: anyValue,
          },
          { requiredKeys: [] },
        ),
      ),
    ),
  },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    page: fc.oneof(anyValue, fc.record({ id: fc.string(), updated_at: anyValue })),
    status: fc.oneof(anyValue, fc.record({ indicator: anyValue, description: anyValue })),
    components: fc.oneof(anyValue, fc.array(entry)),
    incidents: fc.oneof(anyValue, fc.array(entry)),
    scheduled_maintenances: fc.oneof(anyValue, fc.array(entry)),
  },
  { requiredKeys: [] },
);

test('documents with members of any type are refused or become a valid publication', () => {
  fc.assert(
    fc.property(document, (payload) => void readValid(payload)),
    { numRuns: 200 },
  );
});

test.for(fixtureNames)('%s with any members replaced or left out is refused or valid', (name) => {
  const paths = pathsIn(fixture(name));
  const path = fc.nat(Math.max(0, paths.length - 1)).map((index) => paths[index] ?? []);
  const change = fc.tuple(path, fc.oneof(anyValue, fc.constant(undefined)));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), anyValue, (changes, other) => {
      const payload = changes.reduce<unknown>(
        (root, [place, value]) => replaced(root, place, value),
        fixture(name),
      );
      readValid(payload, other);
      // As the second document of itself: what is looked up in there is of any type as well.
      readValid(fixture(name), payload);
    }),
    { numRuns: 12 },
  );
});

test('lists of a hundred thousand entries and nesting of ten thousand levels are read', () => {
  const incidents = Array.from({ length: 100_000 }, (_, index) => ({ id: `i${index}` }));
  expect(readValid({ page: { id: 'p' }, incidents })?.incidents).toHaveLength(50);

  const nested: unknown = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
  readValid({ page: { id: 'p' }, incidents: nested, status: nested, components: [nested] });
});

async function readText(bytes: Uint8Array): Promise<void> {
  const parsed = await parseDocument(Buffer.from(bytes));
  if (typeof parsed !== 'string') readValid(parsed.payload);
}

test('arbitrary bytes are refused or valid', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), readText));
});

const piece = fc.oneof(
  fc.constantFrom('<rss>', '<channel>', '<item>', '</item>', '</channel>', '</rss>', '<feed>'),
  fc.constantFrom(
    '<title>',
    '</title>',
    '<link>',
    '</link>',
    '<link href="javascript:1"/>',
    '<a:b>',
  ),
  fc.constantFrom('<description>', '</description>', 'Resolved - ', 'Investigating - ', '<br/>'),
  fc.constantFrom('<![CDATA[', ']]>', '<!--', '-->', '<?xml ?>', '<!DOCTYPE x [', ']>', '&amp;'),
  fc.constantFrom('&lt;script&gt;', '&#0;', '&#x202e;', '&nope;', '<pubDate>1</pubDate>', '\0'),
  fc.constantFrom('<html>', '<body class=x>', '<p>', '</p>', '<entry>', '</entry>', '</feed>'),
  fc.string({ maxLength: 8 }),
);
const markup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('arbitrary XML and HTML is refused or valid', async () => {
  const text = fc.tuple(fc.constantFrom('<rss>', '<feed>', '<html>', '', '<'), markup);
  await fc.assert(
    fc.asyncProperty(text, ([start, rest]) => readText(Buffer.from(start + rest))),
    { numRuns: 300 },
  );
});

test('items that hold any markup are valid', async () => {
  const inside = markup.map((text) => text.replaceAll(']]>', ''));
  await fc.assert(
    fc.asyncProperty(inside, inside, async (title, text) => {
      const xml = `<rss><channel><item><title><![CDATA[${title}]]></title>
<description><![CDATA[${text}]]></description></item></channel></rss>`;
      await readText(Buffer.from(xml));
    }),
  );
});

test.for(fixtureNames)(
  '%s cut, doubled or with any byte changed is refused or valid',
  async (name) => {
    const bytes = Buffer.from(fixtureText(name));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.nat(bytes.length - 1),
        fc.nat(255),
        async (cut, place, value) => {
          await readText(bytes.subarray(0, cut));
          await readText(Buffer.concat([bytes, bytes.subarray(cut)]));
          const changed = Buffer.from(bytes);
          changed[place] = value;
          await readText(changed);
        },
      ),
      { numRuns: 5 },
    );
  },
);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Object.entries(value).slice(0, 20);
  return [path, ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

/** The payload with one member replaced, or left out; the same where an earlier change took its place. */
function replaced(root: unknown, path: Path, value: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  let holder = root;
  for (const key of path.slice(0, -1)) holder = memberOf(holder, key);
  if (typeof holder !== 'object' || holder === null) return root;
  Object.defineProperty(holder, last, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return root;
}

function memberOf(holder: unknown, key: string | number): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined;
}
