import { write, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** The program's log: JSON lines, pretty on a terminal. A message is a constant, what varies is a field. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Fields of a line. */
type Fields = Readonly<Record<string, unknown>>;

/** Writes one line of a message that comes again and again; lines differ by their reference, and by their trace if they have one. */
export type Repeated = (reference: string, traceId: string | null) => void;

/** A log that others can be made from, with fields that all their lines have. */
export interface ParentLog extends Log {
  child(fields: Fields): Log;
  /** For a message of level `info` that comes in storms: what its lines share is put into words once. */
  repeated(fields: Fields, message: string): Repeated;
}

/** A log that the program itself has opened. */
export interface OpenLog extends ParentLog {
  /** Waits until all lines are written, 2 s at most: the last act before the process ends. */
  flush(): Promise<void>;
}

/** How to log. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** For people at a terminal; JSON all the same where pino-pretty is not installed. */
  readonly pretty: boolean;
}

const STDOUT = 1;
const FLUSH_MS = 2_000;
/** What waits for a slow reader of standard output, at most; then lines are dropped, not requests. */
const MOST_WAITING = 16 * 1024 * 1024;

/** Lines are gathered for so long, or until there is so much of them, and go out in one write. */
const GATHER_MS = 50;
const WRITE_AT = 256 * 1024;

/** Names under which what is private travels. None is logged on purpose; this is for the slip. */
const PRIVATE = [
  'authorization',
  'body',
  'cookie',
  'cookies',
  'headers',
  'password',
  'rawHeaders',
  'req',
  'request',
  'res',
  'response',
  'token',
];

/**
 * Opens the log on standard output.
 *
 * A line is written in the background and no request waits for it: await `flush` before the process
 * ends. Fields that could hold what is private (headers, cookies, bodies, a token) are never printed,
 * and an error is printed by its type, code, message and stack alone.
 */
export function createLog({ level, pretty }: LogOptions): OpenLog {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: timeField,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { ...hidden(), err: plainError, error: plainError },
  };
  const stream = pretty ? prettyStream() : null;
  if (stream !== null) {
    const log = pino(options, stream);
    return Object.assign(log, { repeated: repeatedBy(log), flush: async () => undefined });
  }
  const writer = new BackgroundWriter();
  process.on('exit', () => writer.finish());
  const log = pino(options, writer);
  return Object.assign(log, {
    repeated: log.isLevelEnabled('info') ? repeatedIn(writer) : () => () => undefined,
    flush: () => writer.flush(),
  });
}

/** Repeats a message by a log of its own, which is right for every log and fast for none. */
export function repeatedBy(parent: Pick<ParentLog, 'child'>): ParentLog['repeated'] {
  return (fields, message) => {
    const log = parent.child(fields);
    return (reference, traceId) => {
      log.info(traceId === null ? { reference } : { reference, trace_id: traceId }, message);
    };
  };
}

/** Joins the line from its pieces, at a tenth of what pino takes to look at each field again. */
function repeatedIn(writer: BackgroundWriter): ParentLog['repeated'] {
  return (fields, message) => {
    const shared = JSON.stringify(fields).slice(1, -1);
    const start = shared === '' ? '' : `,${shared}`;
    const end = `,"msg":${JSON.stringify(message)}}\n`;
    return (reference, traceId) => {
      const varied = `,"reference":${JSON.stringify(reference)}`;
      // Hexadecimal digits, so there is nothing to escape.
      const trace = traceId === null ? '' : `,"trace_id":"${traceId}"`;
      writer.write(`{"level":"info"${timeField()}${start}${varied}${trace}${end}`);
    };
  };
}

let second = Number.NaN;
let secondText = '';

/** pino's own makes a date for each line, which takes longer than all the rest of it; here each second has one. */
function timeField(): string {
  const now = Date.now();
  const millisecond = now % 1000;
  if (now - millisecond !== second) {
    second = now - millisecond;
    secondText = `,"time":"${new Date(second).toISOString().slice(0, -'000Z'.length)}`;
  }
  return `${secondText}${MILLISECONDS[millisecond] ?? ''}Z"`;
}

const MILLISECONDS = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, '0'));

/** Writes each line before it returns, so that nothing of it waits for `flush`. */
function prettyStream(): DestinationStream | null {
  try {
    // A development dependency: absent from the image, where nobody looks at a terminal.
    const require = createRequire(import.meta.url);
    return require('pino-pretty')({
      destination: STDOUT,
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
    });
  } catch {
    return null; // Not installed; JSON can be read as well.
  }
}

function hidden(): Record<string, () => string> {
  return Object.fromEntries(PRIVATE.map((name) => [name, () => '[not logged]']));
}

/** Without the members that libraries hang on their errors: requests, replies, headers, bodies. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: plainError(error.cause) }),
  };
}

const writeBytes = promisify(write);

/**
 * Standard output, written to from the thread pool.
 *
 * pino's own destination, asked to flush at the end, writes around what its thread is writing at
 * that moment, and tries for ever on a pipe that nobody reads any more. Here lines keep their order,
 * a reader that is gone ends the log alone, and `flush` ends in any case.
 */
class BackgroundWriter implements DestinationStream {
  #waiting = '';
  #dropped = 0;
  #isClosed = false;
  #writing: Promise<void> | null = null;
  /** Ends the gathering of lines early. */
  #hurry: (() => void) | null = null;
  #isLast = false;

  write(line: string): void {
    if (this.#isClosed) return;
    if (this.#waiting.length + line.length > MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += line;
    this.#writing ??= this.#drain();
    if (this.#waiting.length >= WRITE_AT) this.#hurry?.();
  }

  async flush(): Promise<void> {
    const stop = new AbortController();
    this.#isLast = true;
    this.#hurry?.();
    const late = delay(FLUSH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([this.#writing, late]);
    stop.abort();
  }

  /** What a program that ends without `flush` (a crash) still has to say. */
  finish(): void {
    try {
      if (!this.#isClosed && this.#waiting !== '') writeSync(STDOUT, this.#take());
    } catch {
      // The reader is slow or gone, and there is no time left to wait for it.
    }
  }

  /** Never rejects: a log that cannot be written is no reason to fail at anything else. */
  async #drain(): Promise<void> {
    try {
      while (this.#waiting !== '') {
        await this.#gathered();
        await writeAll(Buffer.from(this.#take()));
      }
    } catch {
      this.#isClosed = true; // Nobody reads standard output any more.
      this.#take();
    }
    this.#writing = null;
  }

  /** Resolves when there is enough for one write: a write a turn of the loop costs what an answer does. */
  async #gathered(): Promise<void> {
    if (this.#isLast || this.#waiting.length >= WRITE_AT) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GATHER_MS).unref();
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
    this.#hurry = null;
  }

  #take(): string {
    const text = this.#waiting;
    const dropped = this.#dropped;
    this.#waiting = '';
    this.#dropped = 0;
    if (dropped === 0) return text;
    const line = {
      level: 'warn',
      time: new Date().toISOString(),
      dropped,
      msg: 'log lines dropped',
    };
    return `${text}${JSON.stringify(line)}\n`;
  }
}

/**
 * Rejects where nobody reads any more. A destination that takes nothing for now is tried again and again,
 * which holds no process open: only `flush` waits for it, and not for long.
 */
async function writeAll(bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += (await writeBytes(STDOUT, bytes, written)).bytesWritten;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (GONE.has(code)) throw error;
      const pauseMs = code === 'EAGAIN' ? FULL_PIPE_MS : FULL_DISK_MS;
      await delay(pauseMs, undefined, { ref: false });
    }
  }
}

/** The reader has closed its end, or there never was one. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'ENOTCONN', 'EINVAL']);
/** Until a pipe that does not block is tried again. */
const FULL_PIPE_MS = 20;
/** Until a file is tried again that cannot grow: a full disk gets room some day, and the log goes on. */
const FULL_DISK_MS = 500;
