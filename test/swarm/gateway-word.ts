import { setTimeout as pause } from 'node:timers/promises';
import { call } from './client.ts';
import type { Door } from './engine.ts';

/** What the gateway stated of the application at one moment. Times are milliseconds since the epoch. */
export interface Statement {
  readonly at: number;
  readonly verdict: string;
  readonly cause: string | null;
  /** When it says that the trouble began; null while all is well. */
  readonly since: number | null;
}

/** The gateway's statements, one for each change. */
export interface Word {
  readonly statements: readonly Statement[];
  stop(): Promise<void>;
}

/** The part of `GET /api/upstreams` that is read here. */
interface UpstreamList {
  readonly upstreams: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly cause: string | null;
    readonly since: string | null;
  }[];
}

const EVERY_MS = 50;

/** Asks the gateway's ops listener for its verdict on an upstream. */
export async function askVerdict(ops: Door, token: string, name: string): Promise<Statement> {
  const { status, body } = await call(ops, {
    method: 'GET',
    path: '/api/upstreams',
    headers: { Host: 'ops.example.com', Authorization: `Bearer ${token}` },
  });
  if (status !== 200) throw new Error(`GET /api/upstreams: ${status}: ${body}`);
  const { upstreams }: UpstreamList = JSON.parse(body);
  const found = upstreams.find((upstream) => upstream.name === name);
  if (found === undefined) throw new Error(`the gateway knows no upstream ${name}: ${body}`);
  const { verdict, cause, since } = found;
  const began = verdict === 'up' || since === null ? null : Date.parse(since);
  return { at: Date.now(), verdict, cause: cause ?? null, since: began };
}

/** Asks again and again, and keeps what changed. */
export function followVerdict(ops: Door, token: string, name: string): Word {
  const statements: Statement[] = [];
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const said = await askVerdict(ops, token, name);
      const last = statements.at(-1);
      if (last?.verdict !== said.verdict || last.cause !== said.cause) statements.push(said);
      await pause(EVERY_MS);
    }
  })();
  // A failure is kept for `stop`, which awaits it; until then it must not end the test run.
  running.catch(() => undefined);
  return {
    statements,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}
