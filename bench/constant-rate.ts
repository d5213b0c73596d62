import { connect, type Socket } from 'node:net';

/**
 * A load at a constant rate: `node bench/constant-rate.ts SETTING`, JSON of a `RateSetting`; prints a `RateSummary`.
 *
 * Open loop: each request has its moment, whether those before it have been answered or not, and its
 * latency counts from that moment. A generator that waits for a reply before it sends the next request
 * asks least while the server is slowest, and so does not see what it looks for ("coordinated omission").
 *
 * It turns without sleeping, because a timer of Node is late by up to a millisecond, and is to be run
 * with a priority that leaves the core to everybody else (`chrt --idle`).
 */
export interface RateSetting {
  readonly port: number;
  /** The head of the request, whole. */
  readonly head: string;
  readonly replyBytes: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** What it found; latencies in microseconds. */
export interface RateSummary {
  readonly requests: number;
  readonly errors: number;
  readonly median: number;
  readonly p99: number;
  readonly p999: number;
}

/** One kept-alive connection, with at most one request on it. */
interface Lane {
  readonly socket: Socket;
  /** When its request should have been sent; null where there is none under way. */
  dueAt: number | null;
  /** Bytes of the reply's body still to come; null before its head. */
  remaining: number | null;
  /** The server takes no more on it: nginx ends a connection after 1,000 requests. */
  isLast: boolean;
}

const HEAD_END = '\r\n\r\n';
/** How long replies may take to come after the last request. */
const PATIENCE_MS = 10_000;

const [, , text] = process.argv;
if (text === undefined) throw new Error('usage: node bench/constant-rate.ts SETTING');
const setting: RateSetting = JSON.parse(text); // Written by latency.ts, of the same type.
const total = Math.floor(setting.perSecond * setting.seconds);
const request = Buffer.from(setting.head, 'latin1');
const latencies = new Float64Array(total);
const idle: Lane[] = [];
/** Moments that have passed without an idle connection, oldest first from `firstLate` on. */
const late: number[] = [];
let firstLate = 0;
let answered = 0;
let errors = 0;

for (let count = 0; count < setting.connections; count += 1) idle.push(await open());
await run();
process.stdout.write(`${JSON.stringify(summary())}\n`);
process.exit();

function run(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const spacing = 1000 / setting.perSecond;
  const startAt = performance.now();
  const endAt = startAt + setting.seconds * 1000 + PATIENCE_MS;
  let sent = 0;
  const turn = () => {
    const now = performance.now();
    for (; sent < total && startAt + sent * spacing <= now; sent += 1) {
      const lane = idle.pop();
      if (lane === undefined) late.push(startAt + sent * spacing);
      else send(lane, startAt + sent * spacing);
    }
    if (answered + errors >= total || now > endAt) resolve();
    else setImmediate(turn);
  };
  turn();
  return promise;
}

function open(): Promise<Lane> {
  const { promise, resolve, reject } = Promise.withResolvers<Lane>();
  const buffer = Buffer.alloc(64 * 1024);
  const onread = {
    buffer,
    callback: (length: number) => {
      received(lane, buffer, length);
      return true;
    },
  };
  const socket = connect({ port: setting.port, host: '127.0.0.1', onread, noDelay: true });
  const lane: Lane = { socket, dueAt: null, remaining: null, isLast: false };
  socket.once('connect', () => resolve(lane));
  socket.once('error', reject);
  socket.once('close', () => lost(lane));
  return promise;
}

function send(lane: Lane, dueAt: number): void {
  lane.dueAt = dueAt;
  lane.socket.write(request);
}

function received(lane: Lane, bytes: Buffer, length: number): void {
  if (lane.remaining === null) {
    const headEnd = bytes.subarray(0, length).indexOf(HEAD_END);
    const isRight = headEnd !== -1 && bytes.toString('latin1', 9, 12) === '200';
    if (!isRight) return void lane.socket.destroy(); // Counted when it has closed.
    lane.isLast = bytes.subarray(0, headEnd).includes('\nConnection: close');
    lane.remaining = setting.replyBytes - (length - headEnd - HEAD_END.length);
  } else lane.remaining -= length;
  if (lane.remaining > 0) return;
  latencies[answered] = (performance.now() - (lane.dueAt ?? 0)) * 1000;
  answered += 1;
  lane.remaining = null;
  lane.dueAt = null;
  if (lane.isLast) lane.socket.destroy();
  else next(lane);
}

function next(lane: Lane): void {
  const dueAt = late[firstLate];
  if (dueAt === undefined) return void idle.push(lane);
  firstLate += 1;
  send(lane, dueAt);
}

/** Puts another in its place; that it is gone is an error where it had a request. */
function lost(lane: Lane): void {
  if (lane.dueAt !== null) errors += 1;
  const place = idle.indexOf(lane);
  if (place !== -1) idle.splice(place, 1);
  open().then(next, () => undefined); // One connection fewer shows in the latencies.
}

function summary(): RateSummary {
  const sorted = latencies.subarray(0, answered).sort();
  const at = (share: number) => sorted[Math.min(answered - 1, Math.floor(answered * share))] ?? 0;
  return {
    requests: answered,
    errors: errors + (total - answered - errors),
    median: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
  };
}
