import type { DnsQuestion, RecordType } from './dns-question.ts';
import { isReplyTo, newQuestion } from './dns-question.ts';
import { readReply, type Told } from './dns-reply.ts';
import { DnsSocket } from './dns-socket.ts';

interface Waiting {
  readonly name: string;
  readonly type: RecordType;
  /** Null: this cannot be asked, or told, this way. */
  readonly resolve: (told: Told | null) => void;
  /** In patient time, as all that follows. */
  readonly untilMs: number;
}

/** A question that is under way. */
interface Asked extends Pick<Waiting, 'resolve'> {
  readonly question: DnsQuestion;
  readonly endsAt: number;
  /** How many times it has been sent before. */
  turn: number;
  dueAt: number;
  /** Where it was sent last. */
  socket: DnsSocket | null;
  /** What its last server made of it, where that was no answer. */
  code: string;
}

/** The servers as they were known at one time. */
interface Line {
  readonly servers: readonly string[];
  /** Opened when they are used. */
  readonly sockets: (DnsSocket | undefined)[];
  readonly openedAt: number;
  readonly timer: NodeJS.Timeout;
}

const NO_REPLY = 'ETIMEOUT';
/** Every question ends within this time, whatever the servers do, and waits as long at most for its turn. */
const LIMIT_MS = 1_000;
/** How long a server has before the question is sent again, or to the next. */
const PATIENCE_MS = 300;
/** Each server is asked so many times. */
const ROUNDS = 2;
/** Of more at once, the buffer of a server's socket might not hold all: 200 KiB on Linux, 1 KiB each. */
const MOST_AT_ONCE = 128;
/** Other ports, which nobody has had time to guess; servers as the system knows them by then. */
const RENEW_MS = 60_000;
/** After a failure servers are looked at again, but not at each of hundreds. */
const RENEW_AFTER_FAILURE_MS = 1_000;

const TICK_MS = 50;
/** A tick that comes later than this was held up by our own work, and replies may be held up with it. */
const PUNCTUAL_MS = 25;

/**
 * Asks name servers by UDP: one socket a server for all questions, each sent again when no reply comes,
 * and to the next server when one fails.
 *
 * One timer ticks while questions are under way. A tick that is late counts for nobody, unless the one
 * before was late too, for a process that was busy has not yet read what has arrived meanwhile.
 */
export class DnsAsker {
  readonly #servers: () => readonly string[];
  readonly #asked = new Map<number, Asked>();
  readonly #waiting: Waiting[] = [];
  #line: Line | null = null;
  /** The sum of the ticks that count, in milliseconds. */
  #patientMs = 0;
  #tickDueAt: number | null = null;
  #wasLate = false;

  /** `servers` are looked at when sockets are opened. None: nothing can be asked this way. */
  constructor(servers: () => readonly string[]) {
    this.#servers = servers;
  }

  /** What the servers tell. Null where it cannot be asked or told this way. Never rejects. */
  ask(name: string, type: RecordType): Promise<Told | null> {
    const { promise, resolve } = Promise.withResolvers<Told | null>();
    this.#waiting.push({ name, type, resolve, untilMs: this.#limitFromNow() });
    this.#beginNext();
    if (this.#tickDueAt === null && this.#asked.size > 0) this.#tickLater();
    return promise;
  }

  #beginNext(): void {
    while (this.#asked.size < MOST_AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#begin(next);
    }
  }

  #begin({ name, type, resolve, untilMs }: Waiting): void {
    if (this.#patientMs >= untilMs) return resolve({ code: NO_REPLY });
    const question = newQuestion(name, type, (id) => this.#asked.has(id));
    if (question === null || this.#open().servers.length === 0) return resolve(null);
    const endsAt = this.#limitFromNow();
    const asked = { question, resolve, endsAt, turn: 0, dueAt: 0, socket: null, code: NO_REPLY };
    this.#asked.set(question.id, asked);
    this.#send(asked);
  }

  /** The tick that is under way is not a whole one. */
  #limitFromNow(): number {
    return this.#patientMs + LIMIT_MS + TICK_MS;
  }

  #send(asked: Asked): void {
    const line = this.#open();
    const turns = line.servers.length * ROUNDS;
    const patienceMs = Math.min(PATIENCE_MS, LIMIT_MS / turns);
    const isLast = asked.turn >= turns - 1;
    asked.dueAt = isLast ? asked.endsAt : this.#patientMs + patienceMs + TICK_MS;
    asked.socket = this.#socketOf(line, asked.turn % line.servers.length);
    asked.socket.send(asked.question.bytes);
  }

  #open(): Line {
    if (this.#line !== null) return this.#line;
    const timer = setTimeout(() => this.#retire(), RENEW_MS).unref();
    const servers = this.#servers();
    this.#line = { servers, sockets: [], openedAt: performance.now(), timer };
    return this.#line;
  }

  #socketOf(line: Line, index: number): DnsSocket {
    const known = line.sockets[index];
    if (known !== undefined) return known;
    const socket: DnsSocket = new DnsSocket(line.servers[index] ?? '', {
      onReply: (bytes) => this.#onReply(bytes, socket),
      onTrouble: (code) => this.#onTrouble(code, socket),
    });
    line.sockets[index] = socket;
    return socket;
  }

  /** The next question opens other sockets. Those of this time are heard as long as a question lasts. */
  #retire(): void {
    const line = this.#line;
    if (line === null) return;
    this.#line = null;
    clearTimeout(line.timer);
    const close = () => {
      for (const socket of line.sockets) socket?.[Symbol.dispose]();
    };
    setTimeout(close, 2 * LIMIT_MS).unref();
  }

  #onReply(bytes: Buffer, socket: DnsSocket): void {
    if (bytes.length < 2) return;
    const asked = this.#asked.get(bytes.readUInt16BE(0));
    if (asked === undefined || !isReplyTo(bytes, asked.question)) return;
    const told = readReply(bytes, asked.question);
    if (told !== null && 'code' in told) return this.#onFailure(asked, told.code, socket);
    this.#end(asked, told);
  }

  #onTrouble(code: string, socket: DnsSocket): void {
    for (const asked of [...this.#asked.values()]) this.#onFailure(asked, code, socket);
  }

  /** The next server is asked at once, while there is one that has not been. */
  #onFailure(asked: Asked, code: string, socket: DnsSocket): void {
    if (asked.socket !== socket) return; // It has gone on to another, whose word is awaited.
    asked.code = code;
    asked.turn += 1;
    if (asked.turn < this.#open().servers.length) this.#send(asked);
    else this.#end(asked, { code });
  }

  #onSilence(asked: Asked): void {
    asked.turn += 1;
    if (this.#patientMs < asked.endsAt) this.#send(asked);
    else this.#end(asked, { code: asked.code });
  }

  #end(asked: Asked, told: Told | null): void {
    this.#asked.delete(asked.question.id);
    if (told !== null && 'code' in told) this.#lookAgain();
    asked.resolve(told);
    this.#beginNext();
  }

  #lookAgain(): void {
    const sinceMs = performance.now() - (this.#line?.openedAt ?? Number.POSITIVE_INFINITY);
    if (sinceMs >= RENEW_AFTER_FAILURE_MS) this.#retire();
  }

  #tickLater(): void {
    this.#tickDueAt = performance.now() + TICK_MS;
    setTimeout(this.#tick, TICK_MS).unref();
  }

  readonly #tick = (): void => {
    const isLate = performance.now() - (this.#tickDueAt ?? 0) > PUNCTUAL_MS;
    this.#wasLate = isLate && !this.#wasLate;
    if (!this.#wasLate) this.#countTick();
    this.#tickDueAt = null;
    if (this.#asked.size > 0) this.#tickLater();
  };

  #countTick(): void {
    this.#patientMs += TICK_MS;
    for (const asked of [...this.#asked.values()]) {
      if (this.#patientMs >= asked.dueAt) this.#onSilence(asked);
    }
  }
}
