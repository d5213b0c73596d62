import { encode, type Packet, TRUNCATED_RESPONSE } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReplyTo, newQuestion, type RecordType } from '../../src/upstream/dns-question.ts';
import { readReply, type Told } from '../../src/upstream/dns-reply.ts';

const NAME = 'tasks.app';

function ask(type: RecordType = 'A', name = NAME) {
  return newQuestion(name, type, () => false)!;
}

/** A reply to a question, as a server would send it. */
function replyTo({ id, name, type }: ReturnType<typeof ask>, packet: Packet, rcode = 0): Buffer {
  const flags = (packet.flags ?? 0) | rcode;
  return encode({ questions: [{ name, type }], ...packet, type: 'response', id, flags });
}

/** What was told, in short. */
function short(told: Told | null): unknown {
  if (told === null || 'code' in told) return told;
  return told.records.map(({ record, freshMs }) => ['data' in record && record.data, freshMs]);
}

const address = { name: NAME, type: 'A', ttl: 60, data: '10.0.0.1' } as const;

describe('what a reply says', () => {
  test.for<[says: string, packet: Packet, told: unknown]>([
    ['an address', { answers: [address] }, [['10.0.0.1', 60_000]]],
    [
      'an address of the name in capitals',
      { answers: [{ ...address, name: 'TASKS.app' }] },
      [['10.0.0.1', 60_000]],
    ],
    ['that there is no record of the kind', { answers: [] }, []],
    [
      'an address by way of two aliases',
      {
        answers: [
          { ...address, name: 'c.app' },
          { name: 'B.app', type: 'CNAME', ttl: 9, data: 'c.app' },
          { name: NAME, type: 'CNAME', ttl: 30, data: 'b.app' },
        ],
      },
      [['10.0.0.1', 9_000]],
    ],
    [
      'aliases in a ring',
      {
        answers: [
          { name: NAME, type: 'CNAME', ttl: 30, data: 'b.app' },
          { name: 'b.app', type: 'CNAME', ttl: 30, data: NAME },
        ],
      },
      [],
    ],
    [
      'a time to live with the highest bit',
      { answers: [{ ...address, ttl: 0x8000_0001 }] },
      [['10.0.0.1', 0]],
    ],
    ['addresses of another name only', { answers: [{ ...address, name: 'other.app' }] }, null],
    ['an address of another class', { answers: [{ ...address, class: 'CH' }] }, null],
    ['that it is truncated', { answers: [address], flags: TRUNCATED_RESPONSE }, null],
    ['no question', { questions: [], answers: [address] }, null],
  ])('%s', ([, packet, told]) => {
    const question = ask();
    const reply = replyTo(question, packet);
    expect(isReplyTo(reply, question)).toBe(true);
    expect(short(readReply(reply, question))).toEqual(told);
  });

  test.for([
    { rcode: 1, told: null },
    { rcode: 2, told: { code: 'ESERVFAIL' } },
    { rcode: 3, told: { isName: false, records: [], beside: [] } },
    { rcode: 4, told: null },
    { rcode: 5, told: { code: 'EREFUSED' } },
    { rcode: 9, told: null },
  ])('an error $rcode is told, or left to others', ({ rcode, told }) => {
    const question = ask();
    expect(readReply(replyTo(question, {}, rcode), question)).toEqual(told);
  });

  test('bytes behind the last record make it no reply', () => {
    const question = ask();
    const reply = replyTo(question, { answers: [address] });
    expect(readReply(Buffer.concat([reply, Buffer.alloc(1)]), question)).toBeNull();
  });

  test('a service comes with its time to live, and the addresses of its target', () => {
    const question = ask('SRV', '_http._tcp.app');
    const data = { priority: 1, weight: 2, port: 80, target: 'one.app' };
    const reply = replyTo(question, {
      answers: [{ name: '_http._tcp.app', type: 'SRV', ttl: 7, data }],
      additionals: [{ ...address, name: 'one.app' }],
    });
    expect(readReply(reply, question)).toMatchObject({
      records: [{ record: { data }, freshMs: 7_000 }],
      beside: [{ record: { name: 'one.app', data: '10.0.0.1' }, freshMs: 60_000 }],
    });
  });
});

describe('what is a reply', () => {
  const reply = (change: (bytes: Buffer) => void) => {
    const question = ask();
    const bytes = replyTo(question, { answers: [address] });
    change(bytes);
    return isReplyTo(bytes, question);
  };
  test.for<[name: string, change: (bytes: Buffer) => void, isReply: boolean]>([
    ['the same question', () => undefined, true],
    ['the same question in capitals', (bytes) => bytes.write('TASKS', 13), true],
    ['another id', (bytes) => bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0), false],
    ['another name', (bytes) => bytes.write('u', 13), false],
    ['another type', (bytes) => bytes.writeUInt16BE(28, 23), false],
    ['another class', (bytes) => bytes.writeUInt16BE(3, 25), false],
    ['two questions', (bytes) => bytes.writeUInt16BE(2, 4), false],
    ['a query', (bytes) => bytes.writeUInt16BE(0x0100, 2), false],
    ['a notification', (bytes) => bytes.writeUInt16BE(0xa000, 2), false],
  ])('%s', ([, change, isReply]) => {
    expect(reply(change)).toBe(isReply);
  });

  test.for(['', 'a..b', 'ä.app', `${'a'.repeat(64)}.app`, 'a b', `${'a.'.repeat(127)}a`, '.'])(
    'a name such as "%s" is not asked for',
    (name) => {
      expect(newQuestion(name, 'A', () => false)).toBeNull();
    },
  );
});

describe('hostile replies', () => {
  const types = fc.constantFrom<RecordType>('A', 'AAAA', 'SRV');

  /** Reads what starts as a reply has to, whatever follows. */
  function read(type: RecordType, tail: Uint8Array, change?: (bytes: Buffer) => void) {
    const question = ask(type);
    const head = Buffer.from(question.bytes.subarray(0, 12 + NAME.length + 2 + 4));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt32BE(0, 8);
    const bytes = Buffer.concat([head, tail]);
    change?.(bytes);
    return isReplyTo(bytes, question) ? readReply(bytes, question) : null;
  }

  test('any bytes are read, or are no reply, and nothing is thrown', () => {
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 300 }), (type, bytes) => {
        const question = ask(type);
        const buffer = Buffer.from(bytes);
        if (isReplyTo(buffer, question)) readReply(buffer, question);
      }),
    );
  });

  test('any bytes behind the question, under any counts, throw nothing', () => {
    const counts = fc.array(fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 0xffff })), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 600 }), counts, (type, tail, [an, ns, ar]) => {
        read(type, tail, (bytes) => {
          bytes.writeUInt16BE(an!, 6);
          bytes.writeUInt16BE(ns!, 8);
          bytes.writeUInt16BE(ar!, 10);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('any byte of a good reply that is changed, and any cut, throws nothing', () => {
    const question = ask();
    const good = replyTo(question, {
      answers: [address, { name: NAME, type: 'CNAME', ttl: 3, data: 'b.app' }],
      additionals: [{ ...address, name: 'one.app' }],
    });
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = Buffer.from(good);
        changed[at] = value;
        for (const bytes of [changed, good.subarray(0, at)]) {
          if (isReplyTo(bytes, question)) readReply(bytes, question);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test.for([
    { name: 'that points to itself', pointer: (at: number) => at },
    { name: 'that points ahead', pointer: (at: number) => at + 2 },
    { name: 'that points into the header', pointer: () => 0 },
  ])('a name $name ends nobody', ({ pointer }) => {
    const at = 12 + NAME.length + 2 + 4;
    const owner = Buffer.from([0xc0, pointer(at)]);
    const rest = Buffer.from([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
    const tail = Buffer.concat([owner, rest]);
    expect(() => read('A', tail, (bytes) => bytes.writeUInt16BE(1, 6))).not.toThrow();
  });

  test('a reply of 64 KiB of pointers costs no time', () => {
    const tail = Buffer.alloc(65_000, Buffer.from([0xc0, 0x0c]));
    const startedAt = performance.now();
    expect(read('SRV', tail, (bytes) => bytes.writeUInt16BE(0xffff, 6))).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  test('plain replies say the same whether names are repeated, pointed to, or written otherwise', () => {
    const any = fc.record({
      type: fc.constantFrom<'A' | 'AAAA'>('A', 'AAAA'),
      bytes: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 20 }),
      ttl: fc.nat({ max: 0xffff }),
    });
    fc.assert(
      fc.property(any, ({ type, bytes, ttl }) => {
        const question = ask(type);
        const datas = bytes.map((raw) => addressOf(type, raw));
        const records = (name: string) => datas.map((data) => ({ name, type, ttl, data }));
        const plain = replyTo(question, { answers: records(NAME) });
        const other = replyTo(question, { answers: records('Tasks.App') });
        const [one, two] = [plain, other].map((reply) => short(readReply(reply, question)));
        expect(canonical(one)).toEqual(canonical(two));
      }),
    );
  });
});

function addressOf(type: 'A' | 'AAAA', raw: Uint8Array): string {
  if (type === 'A') return raw.slice(0, 4).join('.');
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => (raw[at]! << 8) | raw[at + 1]!);
  return groups.map((group) => group.toString(16)).join(':');
}

/** Addresses as URLs write them, for there are many ways to write one. */
function canonical(told: unknown): unknown {
  return JSON.parse(JSON.stringify(told), (_, value) =>
    typeof value === 'string' && value.includes(':')
      ? new URL(`http://[${value}]`).hostname
      : value,
  );
}
