import { ReplyFault } from './field-lines.ts';

/** How the end of a body is known (RFC 9112, section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** What the fields of a reply say about its body and its connection. */
interface Frame {
  readonly kind: Framing;
  readonly length: number;
  readonly closes: boolean;
  readonly keepAliveMs: number | null;
}

/** RFC 9112, section 6.3; a reply with two framings, or an unknown one, is a fault. */
export function framingOf(fields: readonly string[]): Frame {
  let coding: string | null = null;
  let length: string | null = null;
  let closes = false;
  let keepAliveMs: number | null = null;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    // The four that matter, told by their lengths first: this runs for each field of each reply.
    if (name.length !== 17 && name.length !== 14 && name.length !== 10) continue;
    const value = fields[index + 1] ?? '';
    switch (name.toLowerCase()) {
      case 'transfer-encoding':
        coding = coding === null ? value : `${coding},${value}`;
        break;
      case 'content-length':
        if (length !== null) throw new ReplyFault('the reply has two lengths');
        length = value;
        break;
      case 'connection':
        closes ||= /(?:^|,)\s*close\s*(?:,|$)/i.test(value);
        break;
      case 'keep-alive':
        keepAliveMs = keepAliveIn(value);
        break;
      default:
    }
  }
  return { ...bodyFraming(coding, length), closes, keepAliveMs };
}

function bodyFraming(
  coding: string | null,
  length: string | null,
): { kind: Framing; length: number } {
  if (coding !== null) {
    if (length !== null) throw new ReplyFault('the reply has a length and a transfer coding');
    if (coding.toLowerCase() !== 'chunked') throw new ReplyFault('the transfer coding is unknown');
    return { kind: 'chunked', length: 0 };
  }
  if (length === null) return { kind: 'close', length: 0 };
  if (!/^\d{1,15}$/.test(length)) throw new ReplyFault('the length is malformed');
  return { kind: 'length', length: Number(length) };
}

function keepAliveIn(value: string): number | null {
  const seconds = /(?:^|[,\s])timeout\s*=\s*(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
