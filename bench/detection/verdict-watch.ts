import type { Rival } from './rival.ts';

const EVERY_MS = 20;

/** One thing that a rival was seen to believe, and since when. */
export interface Seen {
  readonly at: number;
  readonly isDown: boolean;
}

/** Asks a rival again and again whether it believes that the application is gone. */
export class VerdictWatch {
  /** The changes, in order. Null where the rival cannot be asked. */
  readonly seen: Seen[] | null;
  readonly #rival: Rival;
  readonly #opsPort: number;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(rival: Rival, opsPort: number) {
    this.#rival = rival;
    this.#opsPort = opsPort;
    this.seen = rival.isDown === null ? null : [];
  }

  start(): void {
    this.#running = this.#watch();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #watch(): Promise<void> {
    const { isDown } = this.#rival;
    if (isDown === null) return;
    while (!this.#isStopped) {
      const now = await isDown(this.#opsPort).catch(() => null);
      if (now !== null && now !== (this.seen?.at(-1)?.isDown ?? false)) {
        this.seen?.push({ at: Date.now(), isDown: now });
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
