import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyFault } from '../../src/gateway/field-lines.ts';
import { ReplyParser } from '../../src/gateway/reply-parser.ts';

interface Reading {
  readonly heads: string[];
  readonly body: string;
  readonly trailers: string[];
  readonly isReusable: boolean;
  readonly ends: number;
}

/** Feeds bytes cut at places; each part asks for a pause or not, and goes on after a push or later. */
function read(bytes: Buffer, cuts: readonly number[], pauses: readonly boolean[]): Reading {
  const heads: string[] = [];
  const body: Buffer[] = [];
  let trailers: string[] = [];
  let ends = 0;
  let turn = 0;
  let isPaused = false;
  const goesOn = () => {
    expect(isPaused).toBe(false);
    isPaused = pauses[turn++ % Math.max(1, pauses.length)] === true;
    return !isPaused;
  };
  const parser = new ReplyParser(
    {
      head: (status, reasonPhrase, fields) => {
        heads.push(JSON.stringify([status, reasonPhrase, fields]));
        return goesOn();
      },
      data: (chunk) => {
        expect(chunk.length).toBeGreaterThan(0);
        body.push(chunk);
        return goesOn();
      },
      end: (last) => {
        ends += 1;
        trailers = last;
      },
    },
    false,
  );
  const resume = () => {
    isPaused = false;
    parser.resume();
  };
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  for (const [index, place] of places.entries()) {
    parser.push(bytes.subarray(place, places[index + 1] ?? bytes.length));
    if (index % 2 === 0) while (isPaused && !parser.isEnded) resume();
  }
  while (isPaused && !parser.isEnded) resume();
  const { isReusable } = parser;
  parser.close();
  return { heads, body: Buffer.concat(body).toString('latin1'), trailers, isReusable, ends };
}

const token = fc.stringMatching(/^[A-Za-z]{1,8}$/).map((name) => `X-${name}`);
const value = fc.stringMatching(/^[!-~\x80-\xff]{0,12}$/);
const fields = fc.array(fc.tuple(token, value), { maxLength: 4 });
const content = fc
  .uint8Array({ maxLength: 80 })
  .map((part) => Buffer.from(part).toString('latin1'));
const early = fc.array(
  fc.tuple(fc.constantFrom(100, 102, 103), fields).map(([status, named]) => ({ status, named })),
  { maxLength: 3 },
);
const lines = (named: readonly (readonly [string, string])[]) =>
  named.map(([name, text]) => `${name}: ${text}\r\n`).join('');

const body = fc.oneof(
  content.map((all) => ({
    head: `Content-Length: ${all.length}\r\n`,
    sent: all,
    all,
    trailers: [] as string[],
  })),
  content.map((all) => ({ head: '', sent: all, all, trailers: [] as string[] })),
  fc
    .tuple(fc.array(fc.tuple(content, value), { maxLength: 4 }), fields)
    .map(([chunks, trailers]) => {
      const full = chunks.filter(([chunk]) => chunk.length > 0);
      const sent = full.map(
        ([chunk, note]) => `${chunk.length.toString(16)};${note}\r\n${chunk}\r\n`,
      );
      return {
        head: 'Transfer-Encoding: chunked\r\n',
        sent: `${sent.join('')}0\r\n${lines(trailers)}\r\n`,
        all: full.map(([chunk]) => chunk).join(''),
        trailers: trailers.flat(),
      };
    }),
);

const cutting = fc.array(fc.nat(2000), { maxLength: 30 });
const pausing = fc.array(fc.boolean(), { maxLength: 8 });

test('a well-formed reply reads the same however it is cut, and whenever it pauses', () => {
  fc.assert(
    fc.property(early, fields, body, cutting, pausing, (before, named, sent, cuts, pauses) => {
      const informational = before.map(
        (one) => `HTTP/1.1 ${one.status} Hm\r\n${lines(one.named)}\r\n`,
      );
      const text = `${informational.join('')}HTTP/1.1 200 OK\r\n${lines(named)}${sent.head}\r\n${sent.sent}`;
      const bytes = Buffer.from(text, 'latin1');

      const whole = read(bytes, [], []);

      expect(whole.heads).toHaveLength(before.length + 1);
      expect(whole).toMatchObject({ body: sent.all, trailers: sent.trailers, ends: 1 });
      expect(whole.isReusable).toBe(sent.head !== '');
      expect(read(bytes, cuts, pauses)).toEqual(whole);
      const each = Array.from(bytes, (_byte, index) => index);
      expect(read(bytes, each, pauses)).toEqual(whole);
    }),
  );
});

/** Near enough to HTTP to get far into the parser. */
const scraps = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'HTTP/1.1 103\r\n\r\n',
        'HTTP/1.0 200\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Content-Length: 3\r\n',
        'A: b\r\n',
        '\r\n',
        '\n',
        '3\r\nabc\r\n',
        '0\r\n',
        '0\r\n\r\n',
      ),
      fc.uint8Array({ maxLength: 6 }).map((part) => Buffer.from(part).toString('latin1')),
    ),
    { maxLength: 10 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

/** The fault's place in the bytes may differ with the cuts; what was read must not, nor whether it faults. */
function outcome(
  bytes: Buffer,
  cuts: readonly number[],
  pauses: readonly boolean[],
): Reading | null {
  try {
    return read(bytes, cuts, pauses);
  } catch (error) {
    expect(error).toBeInstanceOf(ReplyFault);
    return null;
  }
}

test('any bytes are read, waited on or a fault, and the same however they are cut', () => {
  fc.assert(
    fc.property(scraps, cutting, pausing, (bytes, cuts, pauses) => {
      const cut = outcome(bytes, cuts, pauses);
      const whole = outcome(bytes, [], []);
      const both = [cut, whole].map((one) =>
        // Bytes after the reply's end may come later than the question whether it can be used again.
        one === null ? one : { ...one, isReusable: null },
      );
      expect(both[0]).toEqual(both[1]);
      if (whole !== null) expect(whole.ends).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2000 },
  );
});
