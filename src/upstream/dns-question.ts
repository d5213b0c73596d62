import { randomInt } from 'node:crypto';
import { encode, RECURSION_DESIRED } from 'dns-packet';

/** The records that lead to endpoints. */
export type RecordType = 'A' | 'AAAA' | 'SRV';

/** A question as it is sent. */
export interface DnsQuestion {
  readonly type: RecordType;
  readonly name: string;
  /** The number that replies to it carry: nobody who has not seen it can know it. */
  readonly id: number;
  readonly bytes: Buffer;
}

/** Letters, digits, hyphens and underscores: what an endpoint's name is made of (RFC 1123, RFC 2782). */
const NAME = /^(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?$/;
const NAME_LENGTH = 253;
const IDS = 0x1_0000;
/** What passes every network in one piece (DNS flag day 2020). */
const PAYLOAD_BYTES = 1_232;

/** What is before the question, of queries and replies. */
export const HEADER_BYTES = 12;
const REPLY_FLAG = 0x8000;
const OPCODE = 0x7800;
/** The two that tell a capital letter from a small one; no length of a label has them both. */
const CASE_BIT = 0x20;
const LETTER_BIT = 0x40;

/** A question under an id that is not in use; null for a name that is none of an endpoint. */
export function newQuestion(
  name: string,
  type: RecordType,
  isInUse: (id: number) => boolean,
): DnsQuestion | null {
  if (name.length > NAME_LENGTH || !NAME.test(name)) return null;
  let id = randomInt(IDS);
  while (isInUse(id)) id = randomInt(IDS);
  return { name, type, id, bytes: encodeQuestion({ name, type, id }) };
}

/**
 * Whether this is a reply to this question: the same id, and the same name, type and class.
 *
 * A reply that repeats no question is let through, for some servers give errors so. It says nothing by
 * itself (`readReply`).
 */
export function isReplyTo(reply: Buffer, { id, bytes }: DnsQuestion): boolean {
  if (reply.length < HEADER_BYTES || reply.readUInt16BE(0) !== id) return false;
  if ((reply.readUInt16BE(2) & (REPLY_FLAG | OPCODE)) !== REPLY_FLAG) return false;
  const questions = reply.readUInt16BE(4);
  return questions === 0 || (questions === 1 && repeats(reply, bytes));
}

function encodeQuestion({ name, type, id }: Omit<DnsQuestion, 'bytes'>): Buffer {
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: PAYLOAD_BYTES,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
}

/** Bytes are compared, without regard to the case of letters: it costs less than to read the name. */
function repeats(reply: Buffer, query: Buffer): boolean {
  const end = query.indexOf(0, HEADER_BYTES) + 5; // The root label, type and class.
  if (reply.length < end) return false;
  for (let at = HEADER_BYTES; at < end; at += 1) {
    const sent = query[at] ?? 0;
    const difference = sent ^ (reply[at] ?? 0);
    if (difference === 0) continue;
    if (difference !== CASE_BIT || (sent & LETTER_BIT) === 0) return false;
  }
  return true;
}
