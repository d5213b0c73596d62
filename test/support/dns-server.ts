import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

/** What the server does with a question: answers from its records, fails, refuses, stays silent, or babbles. */
type DnsMode = 'answer' | 'servfail' | 'refused' | 'silent' | 'garbage';

type Twist = (reply: Buffer, number: number) => readonly Buffer[];

/** A real name server on a loopback UDP port, for A and AAAA questions. */
export interface TestDns extends Disposable {
  /** `127.0.0.1:PORT`, as the setting `servers` takes it. */
  readonly address: string;
  /** How many questions it has received. */
  readonly questions: number;
  /** Sets the addresses of a name, A and AAAA told apart by the colon. Other names are NXDOMAIN. */
  set(name: string, addresses: readonly string[]): void;
  /** Removes a name: NXDOMAIN. */
  remove(name: string): void;
  /** For both kinds of question, or for one. */
  behave(mode: DnsMode, type?: 'A' | 'AAAA'): void;
  /** What is sent in place of each reply; `number` counts them from 1. */
  twist(twisted: Twist): void;
  /** The ports that questions came from. */
  readonly ports: ReadonlySet<number>;
}

/** Starts a name server that closes when the running test is over. */
export async function startDns(): Promise<TestDns> {
  const dns = await openDns();
  onTestFinished(() => dns[Symbol.dispose]());
  return dns;
}

/** The same for others: whoever opens it disposes of it. */
export async function openDns(): Promise<TestDns> {
  const records = new Map<string, readonly string[]>();
  const modes: Record<'A' | 'AAAA', DnsMode> = { A: 'answer', AAAA: 'answer' };
  const ports = new Set<number>();
  let questions = 0;
  let replies = 0;
  let twist: Twist = (reply) => [reply];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    questions += 1;
    ports.add(port);
    const question = questionOf(query);
    const mode = modes[question.type];
    if (mode === 'silent') return;
    if (mode === 'garbage') {
      socket.send(garbageFor(query), port, address);
      return;
    }
    replies += 1;
    const reply = replyTo(query, question, { mode, addresses: records.get(question.name) });
    for (const bytes of twist(reply, replies)) socket.send(bytes, port, address);
  });
  const bound = Promise.withResolvers<void>();
  socket.once('error', bound.reject).bind(0, '127.0.0.1', bound.resolve);
  await bound.promise;
  return {
    address: `127.0.0.1:${socket.address().port}`,
    get questions() {
      return questions;
    },
    ports,
    twist: (twisted) => {
      twist = twisted;
    },
    set: (name, addresses) => void records.set(name, addresses),
    remove: (name) => void records.delete(name),
    behave(mode, type) {
      if (type !== 'AAAA') modes.A = mode;
      if (type !== 'A') modes.AAAA = mode;
    },
    [Symbol.dispose]: () => void socket.close(),
  };
}

interface Question {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** Where the question section ends. */
  readonly end: number;
}

const HEADER_BYTES = 12;
const TYPE = { A: 1, AAAA: 28 } as const;
const RCODE = { answer: 0, servfail: 2, nxdomain: 3, refused: 5 } as const;

/** The one question of a query (RFC 1035, section 4.1.2). */
function questionOf(query: Buffer): Question {
  const labels: string[] = [];
  let offset = HEADER_BYTES;
  for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) {
    labels.push(query.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  const type = query.readUInt16BE(offset + 1) === TYPE.AAAA ? 'AAAA' : 'A';
  return { name: labels.join('.').toLowerCase(), type, end: offset + 5 };
}

function replyTo(
  query: Buffer,
  { type, end }: Question,
  {
    mode,
    addresses,
  }: { mode: Exclude<DnsMode, 'silent' | 'garbage'>; addresses: readonly string[] | undefined },
): Buffer {
  const isAaaa = type === 'AAAA';
  const listed = (addresses ?? []).filter((address) => address.includes(':') === isAaaa);
  const answers = mode === 'answer' ? listed : [];
  const rcode = mode === 'answer' && addresses === undefined ? RCODE.nxdomain : RCODE[mode];
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | rcode, 2); // A response, recursion desired and available.
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  const question = query.subarray(HEADER_BYTES, end);
  return Buffer.concat([header, question, ...answers.map((address) => recordOf(address, type))]);
}

/** A header that is right and promises a hundred answers, with bytes behind it that are none. */
function garbageFor(query: Buffer): Buffer {
  const reply = Buffer.concat([query, Buffer.alloc(40, 0xff)]);
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(100, 6);
  return reply;
}

/** A resource record whose name points to the question's, to be kept for ten minutes as Swarm's server says. */
function recordOf(address: string, type: 'A' | 'AAAA'): Buffer {
  const bytes = type === 'A' ? address.split('.').map(Number) : bytesOfIpv6(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TYPE[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(600, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

function bytesOfIpv6(address: string): number[] {
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((hex) => parseInt(hex, 16));
  const [head, tail] = [groups(left), groups(right)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]);
}
