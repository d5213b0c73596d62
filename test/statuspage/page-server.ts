import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Log } from '../../src/log.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { type Clock, type PollerOptions, StatusPagePoller } from '../../src/statuspage/poller.ts';

/** A real HTTP server on a free port of the loopback, whose behaviour a test can exchange. */
export interface PageServer {
  readonly url: string;
  readonly server: Server;
  /** `METHOD path` of each request so far. */
  readonly asked: string[];
  /** The header fields of the last request. */
  headers(): Readonly<Record<string, string | string[] | undefined>>;
  answer(listener: RequestListener): void;
}

/** Starts a page; it is closed, with all that is open on it, when the test is over. */
export async function startPage(first: RequestListener): Promise<PageServer> {
  let listener = first;
  let headers = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers = request.headers;
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  await once(server, 'listening');
  // A listening TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    asked,
    headers: () => headers,
    answer: (next) => {
      listener = next;
    },
  };
}

/** A listener that answers everything with one JSON text. */
export function json(text: string, fields: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...fields }).end(text);
  };
}

/** A poller whose time stands still until the test moves it. */
export interface HeldPoller {
  readonly poller: StatusPagePoller;
  /** `level message problem` of each line. */
  readonly lines: string[];
  /** How long it meant to wait, each time. */
  readonly waits: number[];
  troubled: boolean;
  /** Moves time by what the poller waits for, and comes back with the state after that reading. */
  nextReading(): Promise<StatusPageState>;
  /** Moves time, without a reading. */
  pass(ms: number): void;
  /** Sets the wall clock forth or back. */
  jump(ms: number): void;
}

/** Builds a poller on a clock of the test's; it is disposed of when the test is over. */
export function holdPoller(
  url: string,
  onChange: (state: StatusPageState) => void = () => undefined,
  format: PollerOptions['format'] = 'auto',
): HeldPoller {
  let [now, passed] = [1_000_000, 0];
  let pending: (() => void) | null = null;
  let armed: () => void = () => undefined;
  const lines: string[] = [];
  const waits: number[] = [];
  const write = (level: string) => (fields: { problem?: string }, message: string) => {
    lines.push([level, message, fields.problem].filter(Boolean).join(' '));
  };
  const clock: Clock = {
    now: () => now,
    monotonic: () => passed,
    chance: () => 0.5,
    after: (waitMs, run) => {
      waits.push(waitMs);
      pending = run;
      armed();
      return () => {
        pending = null;
      };
    },
  };
  // Only these four are in the type; what pino's overloads add is not used.
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [level, write(level)]),
  ) as unknown as Log;
  const held: HeldPoller = {
    poller: new StatusPagePoller(
      { url, format, pollMs: 30_000 },
      { log, clock, onChange, version: '1.2.3', isTroubled: () => held.troubled },
    ),
    lines,
    waits,
    troubled: false,
    pass: (ms) => {
      now += ms;
      passed += ms;
    },
    jump: (ms) => {
      now += ms;
    },
    nextReading: () => {
      const { promise, resolve } = Promise.withResolvers<StatusPageState>();
      armed = () => resolve(held.poller.state);
      const run = pending;
      pending = null;
      held.pass(waits.at(-1) ?? 0);
      run?.();
      return promise;
    },
  };
  onTestFinished(() => held.poller[Symbol.asyncDispose]());
  return held;
}
