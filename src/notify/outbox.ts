import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { OutboxFile, OutboxRow } from '../outage/outbox.ts';
import type { Notice } from './notice.ts';

/** What became of notices since the start, of one target. `failed` counts attempts, the rest notices. */
export interface NoticeCounts {
  sent: number;
  failed: number;
  dead: number;
  superseded: number;
}

/** What an outbox is given. */
export interface OutboxDeps {
  readonly file: OutboxFile;
  readonly log: Log;
  readonly now: () => number;
}

/** Notices of one target that wait at once, at most. */
const MOST_WAITING = 1_000;
/** Settled rows that are kept for operators to see. */
const KEPT = 500;
/** The program does not wait longer for its start. */
const LOAD_MS = 3_000;
const KEPT_MS = 30 * 24 * 60 * 60_000;

/**
 * What is to be told to whom, until it was. Each row is written to the file as it changes, and read
 * back at the next start, so that nothing is lost and nothing told twice.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  /** Rows that wait, by target, in the order in which they came. */
  readonly #waiting = new Map<string, Map<string, OutboxRow>>();
  /** All that was ever handed over, by target and notice, and what became of it. */
  readonly #states = new Map<string, OutboxRow['state']>();
  /** Targets and incidents of which something was told. */
  readonly #threads = new Set<string>();
  readonly #memories = new Map<string, string>();
  readonly #settled: OutboxRow[] = [];
  readonly #counts = new Map<string, NoticeCounts>();

  private constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Reads what an earlier run has left. Never rejects: without its file it starts empty. */
  static async open(deps: OutboxDeps): Promise<Outbox> {
    const outbox = new Outbox(deps);
    try {
      for (const row of await within(LOAD_MS, deps.file.load())) outbox.#take(row);
      deps.file.prune(deps.now() - KEPT_MS);
    } catch (error) {
      deps.log.error({ err: error }, 'notices of earlier runs cannot be read');
    }
    return outbox;
  }

  /** Whether something of this incident was handed over for this target. */
  knows(target: string, incident: string): boolean {
    return this.#threads.has(keyOf(target, incident));
  }

  stateOf(target: string, notice: string): OutboxRow['state'] | null {
    return this.#states.get(keyOf(target, notice)) ?? null;
  }

  /** Hands over a notice for a target, due at that time; does nothing where it was handed over before. */
  add(target: string, notice: Notice, dueAt: number): boolean {
    if (this.stateOf(target, notice.id) !== null) return false;
    this.#makeRoom(target);
    const row: OutboxRow = {
      target,
      ...{ notice: notice.id, incident: notice.incident.id, event: notice.event },
      ...{ body: JSON.stringify(notice), state: 'waiting', attempts: 0 },
      ...{ createdAt: notice.at, dueAt, settledAt: null, problem: null, memory: null },
    };
    this.#take(row);
    this.#deps.file.put(row);
    return true;
  }

  /** The rows that wait, in their order. */
  waiting(target: string): OutboxRow[] {
    return [...(this.#waiting.get(target)?.values() ?? [])];
  }

  /** The targets that something waits for, whether there are such targets or not. */
  get targets(): string[] {
    return [...this.#waiting].filter(([, rows]) => rows.size > 0).map(([target]) => target);
  }

  /** Tries again at that time. */
  postpone(row: OutboxRow, { problem, dueAt }: { problem: string; dueAt: number }): void {
    if (this.stateOf(row.target, row.notice) !== 'waiting') return;
    this.countsOf(row.target).failed += 1;
    this.#put({ ...row, attempts: row.attempts + 1, problem, dueAt });
  }

  /** Nothing more is to be done about it. */
  settle(row: OutboxRow, state: 'sent' | 'superseded' | 'dead', problem: string | null): void {
    if (this.stateOf(row.target, row.notice) !== 'waiting') return;
    this.countsOf(row.target)[state] += 1;
    const attempts = row.attempts + (state === 'superseded' ? 0 : 1);
    this.#put({ ...row, state, attempts, problem, settledAt: this.#deps.now() });
  }

  memoryOf({ target, incident }: OutboxRow): string | null {
    return this.#memories.get(keyOf(target, incident)) ?? null;
  }

  /** Keeps what has to be known later, and resolves when it is on disk: what it tells of comes after that. */
  async remember(row: OutboxRow, memory: string): Promise<void> {
    const current = this.#waiting.get(row.target)?.get(row.notice) ?? row;
    this.#put({ ...current, memory });
    await this.#deps.file.flush();
  }

  /** Everything that is known, the latest first. */
  list(): OutboxRow[] {
    const waiting = [...this.#waiting.values()].flatMap((rows) => [...rows.values()]);
    return [...waiting, ...this.#settled].sort((one, other) => other.createdAt - one.createdAt);
  }

  countsOf(target: string): NoticeCounts {
    const known = this.#counts.get(target);
    if (known !== undefined) return known;
    const counts = { sent: 0, failed: 0, dead: 0, superseded: 0 };
    this.#counts.set(target, counts);
    return counts;
  }

  #put(row: OutboxRow): void {
    const { memory = null } = this.#waiting.get(row.target)?.get(row.notice) ?? {};
    const whole = { ...row, memory: row.memory ?? memory };
    this.#take(whole);
    this.#deps.file.put(whole);
  }

  #take(row: OutboxRow): void {
    const { target, notice, incident, state, memory } = row;
    this.#states.set(keyOf(target, notice), state);
    this.#threads.add(keyOf(target, incident));
    if (memory !== null) this.#memories.set(keyOf(target, incident), memory);
    const rows = this.#waiting.get(target) ?? new Map<string, OutboxRow>();
    this.#waiting.set(target, rows);
    if (state === 'waiting') {
      rows.set(notice, row);
      return;
    }
    rows.delete(notice);
    this.#settled.push(row);
    if (this.#settled.length > KEPT) this.#settled.shift();
  }

  /** What is least worth telling goes first: an update, since others follow it. */
  #makeRoom(target: string): void {
    const rows = this.waiting(target);
    if (rows.length < MOST_WAITING) return;
    const oldest = rows.find(({ event }) => event === 'updated') ?? rows[0];
    if (oldest === undefined) return;
    this.#deps.log.error({ target, notice: oldest.notice }, 'notice given up');
    this.settle(oldest, 'dead', 'too many notices wait');
  }
}

async function within<Value>(ms: number, awaited: Promise<Value>): Promise<Value> {
  const late = new AbortController();
  const over = delay(ms, null, { signal: late.signal, ref: false }).then(() => {
    throw new Error(`nothing was read within ${ms} ms`);
  });
  try {
    return await Promise.race([awaited, over]);
  } finally {
    over.catch(() => undefined); // Ended with its use.
    late.abort();
  }
}

/** Neither a target's name nor an id of ours has a line break in it. */
function keyOf(target: string, id: string): string {
  return `${target}\n${id}`;
}
