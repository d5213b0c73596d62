import { isDeepStrictEqual } from 'node:util';
import type { NotifyTarget } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Incident } from '../outage/incident.ts';
import type { OutboxRow } from '../outage/outbox.ts';
import { BACKOFF, type Backoff } from './backoff.ts';
import { Courier } from './courier.ts';
import type { Notice } from './notice.ts';
import { noticesOf, type Surroundings } from './notices-of.ts';
import type { NoticeCounts, Outbox } from './outbox.ts';
import { Sender } from './sender.ts';

/** What a notifier is given. */
export interface NotifierDeps {
  readonly outbox: Outbox;
  readonly log: Log;
  readonly version: string;
  readonly incidents: () => readonly Incident[];
  readonly around: () => Omit<Surroundings, 'now' | 'everyMs'>;
  /** How long an end has to last before it is told, where the trouble has come back before. */
  readonly settleMs: (upstream: string) => number;
  readonly backoff?: Backoff;
  /** How long another cause has to last before it is told: an application that starts has several. */
  readonly causeHoldMs?: number;
}

/** One target as operators see it. */
export interface TargetState {
  readonly name: string;
  readonly kind: NotifyTarget['kind'];
  readonly waiting: number;
  readonly pausedUntil: number | null;
  readonly counts: Readonly<NoticeCounts>;
}

interface Told {
  readonly target: NotifyTarget;
  readonly courier: Courier;
}

/** How often it is looked for what time alone brings. */
const LOOK_MS = 1_000;
const CAUSE_HOLD_MS = 10_000;

/**
 * Tells the targets of incidents. It looks at what is known and puts what was not told yet into the
 * outbox; a courier for each target takes it from there, and nobody waits for one.
 */
export class Notifier implements AsyncDisposable {
  readonly #deps: NotifierDeps;
  readonly #timer: NodeJS.Timeout;
  /** Incidents that were open when they were seen. What was over before the start is not told. */
  readonly #seenOpen = new Set<string>();
  /** Incidents whose end is in the outbox, and after how many relapses that was: nothing comes of them alone. */
  readonly #ended = new Map<string, number>();
  #told: readonly Told[] = [];
  /** Between two sets of targets nothing is looked at: what came up is told to all of the later one. */
  #isAdopting = false;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Takes over the targets of the settings. What waits for one that is there no longer is given up. */
  async adopt(targets: readonly NotifyTarget[]): Promise<void> {
    const kept = this.#told.filter((one) => targets.some((target) => isSame(target, one)));
    const ended = this.#told.filter((one) => !kept.includes(one));
    this.#told = kept;
    this.#isAdopting = true;
    // First these: two couriers of one target would tell things twice.
    await Promise.all(ended.map(({ courier }) => courier[Symbol.asyncDispose]()));
    this.#told = targets.map(
      (target) =>
        kept.find((one) => isSame(target, one)) ?? { target, courier: this.#newCourier(target) },
    );
    this.#isAdopting = false;
    this.#giveUpOthers();
    this.look();
  }

  /** Something may have come up: an incident, its end, a post on the status page. Costs little where not. */
  look(): void {
    if (this.#isAdopting || this.#told.length === 0) return;
    const incidents = this.#deps.incidents();
    for (const { id, resolvedAt } of incidents) if (resolvedAt === null) this.#seenOpen.add(id);
    // The oldest first, as they came up.
    for (const incident of incidents.filter((one) => !this.#isEnded(one)).reverse()) {
      for (const told of this.#told) this.#tell(incident, told);
      if (incident.resolvedAt !== null) this.#ended.set(incident.id, incident.relapses);
    }
    this.#forget(new Set(incidents.map(({ id }) => id)));
  }

  get targets(): TargetState[] {
    const { outbox } = this.#deps;
    return this.#told.map(({ target: { name, kind }, courier }) => ({
      ...{ name, kind, waiting: outbox.waiting(name).length },
      ...{ pausedUntil: courier.pausedUntil, counts: outbox.countsOf(name) },
    }));
  }

  /** The latest first. */
  get notices(): readonly OutboxRow[] {
    return this.#deps.outbox.list();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#told.map(({ courier }) => courier[Symbol.asyncDispose]()));
  }

  #isEnded({ id, resolvedAt, relapses }: Incident): boolean {
    return resolvedAt !== null && this.#ended.get(id) === relapses;
  }

  #forget(kept: ReadonlySet<string>): void {
    for (const id of this.#seenOpen) if (!kept.has(id)) this.#seenOpen.delete(id);
    for (const id of this.#ended.keys()) if (!kept.has(id)) this.#ended.delete(id);
  }

  #newCourier(target: NotifyTarget): Courier {
    const { outbox, log, version, backoff = BACKOFF } = this.#deps;
    const sender = new Sender(target, version);
    return new Courier({ target: target.name, outbox, sender, backoff, log });
  }

  #tell(incident: Incident, told: Told): void {
    const { outbox, around } = this.#deps;
    const { name, upstreams, everyMs } = told.target;
    if (upstreams !== null && !upstreams.includes(incident.upstream)) return;
    if (!this.#seenOpen.has(incident.id) && !outbox.knows(name, incident.id)) return;
    this.#takeBack(incident, told);
    const now = Date.now();
    for (const notice of noticesOf(incident, { ...around(), now, everyMs })) {
      if (!this.#isToTell(notice, told)) continue;
      const isAdded = outbox.add(name, notice, now + this.#holdMs(notice));
      if (!isAdded) continue;
      if (notice.news?.kind === 'goes_on') this.#supersede(told, notice);
      told.courier.nudge();
    }
  }

  #isToTell({ event, news, incident }: Notice, { target }: Told): boolean {
    if (event === 'test' || !target.events.includes(event)) return false;
    // The page knows what was posted on it.
    if (news?.kind === 'post') return target.kind !== 'statuspage';
    // Who was never told that it had ended need not hear that it goes on.
    if (news?.kind !== 'relapse') return true;
    const end = `${incident.id}/resolved-${incident.relapses - 1}`;
    return this.#deps.outbox.stateOf(target.name, end) === 'sent';
  }

  /**
   * The first end is told at once, further ones when they have lasted: flapping is one outage, told once.
   */
  #holdMs({ event, news, incident }: Notice): number {
    const { settleMs, causeHoldMs = CAUSE_HOLD_MS } = this.#deps;
    if (news?.kind === 'cause') return causeHoldMs;
    return event === 'resolved' && incident.relapses > 0 ? settleMs(incident.upstream) : 0;
  }

  /** What is still held and is so no longer: the end of what goes on, a cause of what is over. */
  #takeBack({ id, resolvedAt }: Incident, told: Told): void {
    const now = Date.now();
    this.#settleWaiting(told, ({ incident, event, notice, dueAt, attempts }) => {
      if (incident !== id) return false;
      if (resolvedAt === null) return event === 'resolved';
      return attempts === 0 && dueAt > now && notice.startsWith(`${id}/cause-`);
    });
  }

  /** Of what only says that time goes by, the latest is enough. */
  #supersede(told: Told, { id, incident }: Notice): void {
    this.#settleWaiting(
      told,
      ({ notice }) => notice !== id && notice.startsWith(`${incident.id}/goes_on-`),
    );
  }

  #settleWaiting({ target, courier }: Told, isMeant: (row: OutboxRow) => boolean): void {
    const { outbox } = this.#deps;
    for (const row of outbox.waiting(target.name)) {
      if (isMeant(row) && !courier.isUnderWay(row.notice)) outbox.settle(row, 'superseded', null);
    }
  }

  #giveUpOthers(): void {
    const { outbox } = this.#deps;
    const names = new Set(this.#told.map(({ target }) => target.name));
    for (const name of outbox.targets.filter((one) => !names.has(one))) {
      for (const row of outbox.waiting(name)) {
        outbox.settle(row, 'dead', 'the settings have no such target');
      }
    }
  }
}

function isSame(target: NotifyTarget, told: Told): boolean {
  return isDeepStrictEqual(target, told.target);
}
