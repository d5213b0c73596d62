import { Resolver } from 'node:dns/promises';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** One fact that the witness saw change. `at` is milliseconds since the epoch. */
export interface Testimony {
  readonly at: number;
  /** `listed`: how many tasks Docker's DNS lists; `answering`: how many of them reply. */
  readonly what: 'listed' | 'answering';
  readonly count: number;
}

const EVERY_MS = 50;
const REPLY_MS = 500;

/**
 * Looks at the application from within its network, past the gateway, and prints each change as a
 * line of JSON: this is the truth that the gateway's word is held against.
 */
export function testify(name: string, port: number): void {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  let known: readonly string[] = [];
  const counts = new Map<Testimony['what'], number>();

  const tell = (what: Testimony['what'], count: number) => {
    if (counts.get(what) === count) return;
    counts.set(what, count);
    console.log(JSON.stringify({ at: Date.now(), what, count } satisfies Testimony));
  };
  void forever(async () => {
    const listed = await resolver.resolve4(name).catch(() => []);
    tell('listed', listed.length);
    // Docker takes a task's name away before it stops the task, so the last addresses are kept.
    if (listed.length > 0) known = listed;
  });
  void forever(async () => {
    const replies = await Promise.all(known.map((host) => replies200(host, port)));
    tell('answering', replies.filter(Boolean).length);
  });
}

/** Never rejects: neither a name that is gone nor a refused connection is an error here. */
async function forever(look: () => Promise<void>): Promise<never> {
  for (;;) {
    await look();
    await pause(EVERY_MS);
  }
}

function replies200(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get(
      { host, port, path: '/healthz', agent: false, signal: AbortSignal.timeout(REPLY_MS) },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    call.on('error', () => resolve(false));
  });
}
