import { onTestFinished } from 'vitest';
import type { NotifyTarget } from '../../src/config/settings.ts';
import type { Backoff } from '../../src/notify/backoff.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import { Outbox } from '../../src/notify/outbox.ts';
import type { Incident } from '../../src/outage/incident.ts';
import { outboxIn } from '../../src/outage/outbox.ts';
import { openStore } from '../../src/outage/store.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { linesInto } from '../support/log-lines.ts';

/** A notifier on a real store, and what it is told to look at. */
export interface Stand {
  readonly notifier: Notifier;
  readonly outbox: Outbox;
  readonly lines: Record<string, unknown>[];
  /** What is known from here on; looks at it at once. */
  know(incidents: readonly Incident[], statusPage?: StatusPageState): void;
  /** Ends it, as the program ends. */
  end(): Promise<void>;
}

/** What a stand may have differently. */
export interface StandOptions {
  readonly file?: string;
  readonly backoff?: Partial<Backoff>;
  readonly settleMs?: number;
  readonly causeHoldMs?: number;
}

/** Starts a notifier for these targets; it ends with the test. */
export async function startNotifier(
  targets: readonly NotifyTarget[],
  { file = 'memory', backoff = {}, settleMs = 0, causeHoldMs = 0 }: StandOptions = {},
): Promise<Stand> {
  const lines: Record<string, unknown>[] = [];
  const log = linesInto(lines);
  const store = await openStore({ file, log });
  const outbox = await Outbox.open({ file: outboxIn(store), log, now: () => Date.now() });
  let incidents: readonly Incident[] = [];
  let statusPage: StatusPageState = { kind: 'none' };
  const notifier = new Notifier({
    ...{ outbox, log, version: '1.2.3' },
    incidents: () => incidents,
    around: () => ({ statusPage, pageUrl: 'https://status.chargeover.com', service: 'ChargeOver' }),
    settleMs: () => settleMs,
    causeHoldMs,
    backoff: { firstMs: 20, mostMs: 100, giveUpMs: 60_000, ...backoff },
  });
  await notifier.adopt(targets);
  let isOver = false;
  const end = async () => {
    if (isOver) return;
    isOver = true;
    await notifier[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  onTestFinished(end);
  const know: Stand['know'] = (known, page = statusPage) => {
    incidents = known;
    statusPage = page;
    notifier.look();
  };
  return { notifier, outbox, lines, know, end };
}
