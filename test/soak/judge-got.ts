import { dishonestyOf } from '../../bench/honest-answer.ts';
import type { Asking, Got } from './asking.ts';
import type { Told } from './ledger.ts';
import { ENDPOINT_NETWORK } from './plan.ts';

/** What a client may have got: the application's reply, an answer of the gateway's, a part of either, or something raw. */
export type Sort = 'reply' | 'answer' | 'left' | 'broken_off' | 'raw' | 'damaged';

/** What one exchange was, and what was wrong with it; null where nothing was. */
export interface Judgement {
  readonly sort: Sort;
  readonly fault: string | null;
}

/**
 * Judges what a client got: a whole, right reply; an honest answer in its own form; or a connection
 * that broke off after the head of a reply. Anything else is raw, but for a client that left.
 */
export function judgeGot(asking: Asking, got: Got): Judgement {
  const { status, end, code, differsAt } = got;
  if (differsAt !== null) return { sort: 'damaged', fault: `differs at byte ${differsAt}` };
  if (asking.expected === null && status === 200 && !isCount(got.text)) {
    return { sort: 'damaged', fault: 'events are missing, or out of order' };
  }
  if (end === 'left') return { sort: 'left', fault: null };
  if (status === null)
    return {
      sort: 'raw',
      fault: `no answer: ${code} after ${Math.round(got.ms)} ms, ${got.sentBytes} bytes sent`,
    };
  if (status === 200 && got.headers['candor-disposition'] === undefined)
    return judgeReply(asking, got);
  if (end === 'broken')
    return { sort: 'raw', fault: `an answer with ${status} broke off: ${code}` };
  const truth = { timesReceived: 0, upstreamAddress: ENDPOINT_NETWORK };
  const fault = dishonestyOf({ ...got, status, body: got.text }, asking.client, truth);
  return fault === null
    ? { sort: 'answer', fault: null }
    : { sort: 'raw', fault: `status ${status}: ${fault}` };
}

function judgeReply({ expected }: Asking, { end, isIntact, bytes }: Got): Judgement {
  if (end === 'broken') return { sort: 'broken_off', fault: null };
  if (expected === null)
    return { sort: 'damaged', fault: 'an event stream ended as if it were whole' };
  if (isIntact) return { sort: 'reply', fault: null };
  return { sort: 'damaged', fault: `${bytes} bytes of ${expected.length}, as if they were all` };
}

/** Whether events are numbered without a gap; the last may be cut off. */
function isCount(text: string): boolean {
  const events = text.split('\n\n');
  return events.every(
    (event, number) => event === `data: ${number}` || number === events.length - 1,
  );
}

/** What the client of a write has been told of it. */
export function toldBy({ headers }: Got, { sort }: Judgement): Told {
  if (sort === 'reply') return 'processed';
  const isDenied =
    sort === 'answer' && `${headers['candor-disposition']}`.startsWith('not_processed');
  return isDenied ? 'not_processed' : 'unknown';
}
