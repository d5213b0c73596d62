import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { DEMO_USER } from '../../src/demo/session.ts';
import { type Call, call, type Received } from './client.ts';
import type { Door } from './engine.ts';
import { kindOf, type ReplyKind } from './reply.ts';

/** Who sends requests all the time. */
export const CLIENTS = ['browser', 'api client', 'sign-in', 'wrong password'] as const;
export type Client = (typeof CLIENTS)[number];

/** One request and what became of it. Times are milliseconds since the epoch. */
export interface Observation {
  readonly client: Client;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly kind: ReplyKind;
  /** null when no whole reply came; `error` then says why. */
  readonly reply: Received | null;
  readonly error: string | null;
}

/** Requests that are being sent. */
export interface Traffic {
  readonly observations: readonly Observation[];
  /** Ends it, and resolves when the last reply is in. */
  stop(): Promise<void>;
}

const EVERY_MS = 100;
const HOST = 'app.example.com';

const NAVIGATION = {
  Host: HOST,
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-US,en;q=0.5',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
};

/** What each client sends. */
export const CALLS: Readonly<Record<Client, Call>> = {
  browser: { method: 'GET', path: '/', headers: NAVIGATION },
  'api client': {
    method: 'GET',
    path: '/api/v3/customer',
    // As ChargeOver's own SDKs do: a JSON Content-Type even on GET, and no preference in Accept.
    headers: { Host: HOST, Accept: '*/*', 'Content-Type': 'application/json' },
  },
  'sign-in': signInWith(DEMO_USER.password),
  'wrong password': signInWith('not the password'),
};

function signInWith(password: string): Call {
  return {
    method: 'POST',
    path: '/login',
    headers: {
      ...NAVIGATION,
      'Accept-Encoding': 'gzip',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ email: DEMO_USER.email, password }).toString(),
  };
}

/** Starts all clients: each sends a request every 100 ms, whether the last one is answered or not. */
export function startTraffic(door: Door): Traffic {
  const observations: Observation[] = [];
  const stop = new AbortController();
  const running = CLIENTS.map((client) => sendSteadily(client, door, observations, stop.signal));
  return {
    observations,
    stop: async () => {
      stop.abort();
      await Promise.all(running);
    },
  };
}

async function sendSteadily(
  client: Client,
  door: Door,
  observations: Observation[],
  stop: AbortSignal,
): Promise<void> {
  // The browser keeps its connections, as browsers do; each call of the others opens one.
  using agent = client === 'browser' ? disposable(new Agent({ keepAlive: true })) : null;
  const pending = new Set<Promise<void>>();
  while (!stop.aborted) {
    const sent = observe(client, door, agent?.agent).then((seen) => {
      observations.push(seen);
    });
    pending.add(sent);
    void sent.finally(() => pending.delete(sent));
    await pause(EVERY_MS);
  }
  await Promise.all(pending);
}

function disposable(agent: Agent): Disposable & { readonly agent: Agent } {
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

/** Never rejects: that no reply comes is what is looked for. */
async function observe(client: Client, door: Door, agent?: Agent): Promise<Observation> {
  const sentAt = Date.now();
  const sent = CALLS[client];
  try {
    const reply = await call(door, agent === undefined ? sent : { ...sent, agent });
    const kind = kindOf(reply, client === 'wrong password');
    return { client, sentAt, endedAt: Date.now(), kind, reply, error: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { client, sentAt, endedAt: Date.now(), kind: 'raw', reply: null, error: why };
  }
}
