import type { Asking, Got } from './asking.ts';
import { judgeGot, type Sort, toldBy } from './judge-got.ts';
import type { Told } from './ledger.ts';
import type { UpstreamName } from './plan.ts';

/** Something that is wrong. */
export interface Finding {
  readonly kind: string;
  readonly detail: string;
  /** When it was found. */
  readonly at: string;
}

/** What a client met that only a fault, or planned work, can explain. Times are milliseconds since the epoch. */
export interface Trouble {
  readonly what: 'answer' | 'broken off';
  readonly upstream: UpstreamName;
  readonly from: number;
  readonly to: number;
  readonly detail: string;
}

/** The time that one small reply took. */
export interface Timing {
  readonly upstream: UpstreamName;
  readonly at: number;
  readonly ms: number;
}

/** Small enough that its time is the gateway's and the endpoint's, not that of its bytes. */
const SMALL_BYTES = 32 * 1024;

/** All that clients have seen. */
export class Chronicle {
  readonly findings: Finding[] = [];
  readonly troubles: Trouble[] = [];
  readonly timings: Timing[] = [];
  readonly told = new Map<string, Told>();
  /** How many of each sort, of each answer, of bytes, messages, … */
  readonly counts = new Map<string, number>();

  add(kind: string, detail: string): void {
    this.findings.push({ kind, detail, at: new Date().toISOString() });
  }

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  /** Takes down one exchange of a client. */
  take(upstream: UpstreamName, lineName: string, asking: Asking, got: Got): void {
    const judgement = judgeGot(asking, got);
    const { sort, fault } = judgement;
    const detail = `${lineName} ${asking.client.method} ${asking.path}`;
    this.count(`requests: ${sort}`);
    this.count(`requests by ${lineName}`);
    this.count('bytes down', got.bytes);
    if (fault !== null)
      this.add(sort === 'raw' ? 'raw error' : 'damaged reply', `${detail}: ${fault}`);
    if (asking.client.method === 'POST') this.#takeWrite(asking, toldBy(got, judgement));
    if (sort === 'answer') this.#takeAnswer(got);
    if (sort === 'reply' && asking.body === null && got.bytes <= SMALL_BYTES) {
      this.timings.push({ upstream, at: got.startedAt, ms: got.ms });
    }
    const what = TROUBLE[sort];
    if (what === null) return;
    const { status, code, headers } = got;
    const how = `${detail}: ${status} ${code} ${headers['proxy-status'] ?? ''}`;
    this.troubles.push({ what, upstream, from: got.startedAt, to: got.endedAt, detail: how });
  }

  #takeWrite({ id, body }: Asking, told: Told): void {
    this.told.set(id, told);
    this.count(`writes: ${told}`);
    this.count('bytes up', body?.length ?? 0);
  }

  #takeAnswer({ status, headers }: Got): void {
    const [disposition = '', ...rest] = `${headers['candor-disposition']}`.split('; ');
    const reason = rest.find((part) => part.startsWith('reason='))?.slice('reason='.length);
    this.count(`answers: ${status} ${disposition}, ${reason ?? 'outage'}`);
  }
}

const TROUBLE = {
  reply: null,
  answer: 'answer',
  left: null,
  broken_off: 'broken off',
  raw: null,
  damaged: null,
} as const satisfies Record<Sort, Trouble['what'] | null>;
