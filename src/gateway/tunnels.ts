import type { Limits } from '../config/settings.ts';
import { type Counts, countUp } from './counts.ts';
import { IDLE, RESTART, type Tunnel } from './tunnel.ts';

/** Tunnels are looked at so often, or four times in the time that one may be idle. */
const SWEEP_MS = 10_000;

/** What tunnels need of the gateway. */
interface TunnelsDeps {
  /** Those that hold at this moment. */
  limits(): Limits;
  readonly counts: Counts;
}

/** What has passed through a tunnel when it was last seen to move, and when that was. */
interface Seen {
  readonly bytes: number;
  readonly at: number;
}

/** The tunnels that are open. One look at all of them now and then ends those in which nothing moves. */
export class Tunnels {
  readonly #deps: TunnelsDeps;
  readonly #open = new Map<Tunnel, Seen>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: TunnelsDeps) {
    this.#deps = deps;
  }

  /** Counts a tunnel for as long as it is open. */
  add(tunnel: Tunnel): void {
    const { counts } = this.#deps;
    this.#open.set(tunnel, seen(tunnel));
    counts.tunnels += 1;
    tunnel.upstreamSocket.once('close', () => {
      this.#open.delete(tunnel);
      counts.tunnels -= 1;
    });
    if (this.#timer === null) this.#sweepSoon();
  }

  /** Resolves when those that are open now have ended. */
  async ended(): Promise<void> {
    const ends = [...this.#open.keys()].map(
      ({ upstreamSocket }) => new Promise((end) => upstreamSocket.once('close', end)),
    );
    await Promise.all(ends);
  }

  /** Ends them all: the gateway does. */
  cut(): void {
    for (const tunnel of this.#open.keys()) tunnel.cut(RESTART);
  }

  #sweepSoon(): void {
    const everyMs = Math.min(SWEEP_MS, this.#deps.limits().tunnelIdleMs / 4);
    this.#timer = setTimeout(() => this.#sweep(), everyMs).unref();
  }

  #sweep(): void {
    this.#timer = null;
    const { counts, limits } = this.#deps;
    const { tunnelIdleMs } = limits();
    for (const [tunnel, before] of this.#open) {
      const now = seen(tunnel);
      if (now.bytes !== before.bytes) this.#open.set(tunnel, now);
      else if (now.at - before.at >= tunnelIdleMs) {
        countUp(counts.limited, 'tunnel_idle');
        tunnel.cut(IDLE);
      }
    }
    if (this.#open.size > 0) this.#sweepSoon();
  }
}

function seen({ upstreamSocket: { bytesRead, bytesWritten } }: Tunnel): Seen {
  return { bytes: bytesRead + bytesWritten, at: performance.now() };
}
