import { type Answer, type DecodedPacket, decode } from 'dns-packet';
import type { DnsQuestion } from './dns-question.ts';
import { type FoundRecord, readPlainReply } from './plain-reply.ts';

/** What a reply says: records, or why there are none. */
export type Told =
  | {
      /** False: there is no such name (NXDOMAIN). */
      readonly isName: boolean;
      /** Of the type that was asked for. */
      readonly records: readonly FoundRecord[];
      /** What the server sent along, unasked. */
      readonly beside: readonly FoundRecord[];
    }
  | { readonly code: string };

const TRUNCATED_FLAG = 0x0200;
const RCODE = 0x000f;
const NO_ERROR = 0;
const NO_NAME = 3;
/** "Cannot" and "will not" (RFC 1035, section 4.1.1), by the names that Node gives them. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [2, 'ESERVFAIL'],
  [5, 'EREFUSED'],
]);
/** Three times what is asked for. What is larger is nobody's reply, and takes time to read. */
const MOST_BYTES = 4_096;
/** RFC 2181, section 8: a time to live with the highest bit set is none. */
const LONGEST_TTL = 0x7fff_ffff;

/**
 * Reads a reply that `isReplyTo` has let through. Null where this is not enough to know what it says:
 * it is truncated, malformed, or of a kind that is not understood here. Never throws, whatever the bytes.
 */
export function readReply(bytes: Buffer, question: DnsQuestion): Told | null {
  const flags = bytes.readUInt16BE(2);
  if (bytes.readUInt16BE(4) !== 1 || (flags & TRUNCATED_FLAG) !== 0) return null;
  const rcode = flags & RCODE;
  const code = FAILURES.get(rcode);
  if (code !== undefined) return { code };
  if (rcode === NO_NAME) return { isName: false, records: [], beside: [] };
  if (rcode !== NO_ERROR) return null;
  const plain = readPlainReply(bytes, question);
  return plain === null
    ? readAnswers(bytes, question)
    : { isName: true, records: plain, beside: [] };
}

function readAnswers(bytes: Buffer, { name, type }: DnsQuestion): Told | null {
  const packet = decoded(bytes);
  if (packet === null) return null;
  const { answers = [], additionals = [] } = packet;
  const records = follow(answers, name, type);
  // Addresses that nothing leads to: whoever takes them for an absence announces an outage that is none.
  if (records.length === 0 && answers.some((answer) => answer.type === type)) return null;
  const beside = additionals.filter(isOfInternet).map((record) => found(record, LONGEST_TTL));
  return { isName: true, records, beside };
}

/** The packet, where every byte of it has a meaning. */
function decoded(bytes: Buffer): DecodedPacket | null {
  if (bytes.length > MOST_BYTES) return null;
  try {
    const packet = decode(bytes);
    if (decode.bytes !== bytes.length) return null;
    return packet.additionals?.some(isExtendedError) ? null : packet;
  } catch {
    return null; // Bytes that are no packet. Another way is tried, so nothing is lost.
  }
}

function isExtendedError(record: Answer): boolean {
  return record.type === 'OPT' && record.extendedRcode !== 0;
}

/** The records of a name, by way of its aliases. Each alias is taken once, so that a ring of them ends. */
function follow(answers: readonly Answer[], name: string, type: Answer['type']): FoundRecord[] {
  const aliases = answers.filter((answer) => answer.type === 'CNAME' && isOfInternet(answer));
  let owner = plain(name);
  let ttl = LONGEST_TTL;
  for (let hop = 0; hop < aliases.length; hop += 1) {
    const alias = aliases.find((answer) => isOf(answer, owner));
    if (alias?.type !== 'CNAME') break;
    owner = plain(alias.data);
    ttl = Math.min(ttl, ttlOf(alias));
  }
  return answers
    .filter((answer) => answer.type === type && isOfInternet(answer) && isOf(answer, owner))
    .map((record) => found(record, ttl));
}

function isOfInternet(answer: Answer): boolean {
  return 'class' in answer && answer.class === 'IN';
}

function isOf({ name }: Answer, owner: string): boolean {
  return name === owner || plain(name) === owner;
}

/** A name as it is compared. */
function plain(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function found(record: Answer, atMost: number): FoundRecord {
  return { record, freshMs: Math.min(atMost, ttlOf(record)) * 1_000 };
}

function ttlOf(record: Answer): number {
  const ttl = 'ttl' in record ? (record.ttl ?? 0) : 0;
  return ttl > LONGEST_TTL ? 0 : ttl;
}
