import type { Log } from '../log.ts';
import type { Cause } from '../outage/cause.ts';
import { step, streakMsOf } from '../outage/machine.ts';
import { INITIAL, type MachineState } from '../outage/machine-state.ts';
import { note } from '../outage/note.ts';
import { failureOf, isSuccess, type ProbeDepth, type Signal } from '../outage/signal.ts';
import type { Thresholds } from '../outage/thresholds.ts';
import type { Belief, Verdict } from '../outage/verdict.ts';
import { Window } from '../outage/window.ts';

export interface JudgeDeps {
  readonly upstream: string;
  readonly component: string | null;
  readonly thresholds: Thresholds;
  readonly log: Log;
  /** Called at each change of the verdict, with the signal that made it. */
  readonly onBelief: (belief: Belief, previous: Belief, signal: Signal) => void;
}

/** Takes in signals as they come, at the time at which they come, and holds what is believed. */
export class Judge {
  readonly #deps: JudgeDeps;
  readonly #window: Window;
  #machine: MachineState = INITIAL;
  #belief: Belief;
  /** Beside the belief, because nearly every request asks for it. */
  #state: Verdict['state'] = 'up';
  #recoveredAt = 0;
  #servedSince: number | null = null;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#window = new Window(deps.thresholds.windowMs);
    const { upstream, component } = deps;
    this.#belief = { upstream, component, verdict: INITIAL.verdict };
  }

  get belief(): Belief {
    return this.#belief;
  }

  /** The first success since the last failing signal, or since the start; null where there is none. */
  get servedSince(): number | null {
    return this.#servedSince;
  }

  get state(): Verdict['state'] {
    return this.#state;
  }

  /** Whether no endpoint served in the last round of probes. */
  get isUnserved(): boolean {
    return this.#machine.unservedSince !== null;
  }

  /** How often the trouble has come back, and how long the next recovery has to hold for it. */
  get relapses(): { readonly count: number; readonly streakMs: number } {
    const { thresholds } = this.#deps;
    return { count: this.#machine.relapses, streakMs: streakMsOf(this.#machine, thresholds) };
  }

  /** How many requests ended within the window. */
  requests(at: number): number {
    return this.#window.requests(at);
  }

  /** The same, by how they ended. */
  outcomes(at: number): { readonly succeeded: number; readonly failed: number } {
    return this.#window.traffic(at);
  }

  /**
   * A request was sent to an endpoint. Whoever says so calls `released` exactly once, when the request
   * waits for its reply no longer: the head came, or the attempt failed, or the client left.
   */
  forwarded(at: number): void {
    this.#window.forwarded(at);
  }

  released(): void {
    this.#window.released();
  }

  requestSucceeded(at: number): void {
    this.#window.succeeded(at);
    this.#servedSince ??= at;
    if (this.#state === 'up') return; // Nearly every reply: nothing to judge.
    this.#learn({ kind: 'request_success', at, traffic: this.#window.traffic(at) });
  }

  /** A request failed. One that was sent before the last recovery began is the past, and says nothing. */
  requestFailed(cause: Cause, at: number, sentAt = at): void {
    // A recovery in the future was before the clock was set back.
    if (sentAt < this.#recoveredAt && this.#recoveredAt <= at) return;
    this.#window.failed(at);
    this.#learn({ kind: 'request_failure', at, cause, traffic: this.#window.traffic(at) });
  }

  /**
   * An endpoint served a probe. `isTried`: a trial runs or may soon, which tells more than the probe of
   * requests that fail on open connections; it is noted then, and proves nothing.
   */
  probeSucceeded(depth: ProbeDepth, at: number, isTried: boolean): void {
    const signal: Signal = { kind: 'probe_success', at, depth, traffic: this.#window.traffic(at) };
    if (isTried && this.#state === 'down' && this.#machine.hung) {
      this.#machine = note(this.#machine, signal);
    } else this.#learn(signal);
  }

  probeFailed(cause: Cause, at: number): void {
    this.#learn({ kind: 'probe_failure', at, cause, traffic: this.#window.traffic(at) });
  }

  discovered(count: number, isDecided: boolean, at: number): void {
    this.#learn({ kind: 'discovered', at, count, isDecided });
  }

  resolverFailed(known: number, at: number): void {
    this.#learn({ kind: 'resolver_failure', at, known });
  }

  #learn(signal: Signal): void {
    const before = this.#machine.verdict;
    if (isSuccess(signal)) this.#servedSince ??= signal.at;
    else if (failureOf(signal) !== null) this.#servedSince = null;
    this.#machine = step(this.#machine, signal, this.#deps.thresholds);
    const { verdict } = this.#machine;
    if (verdict === before) return;
    // The failures of an outage that is over are no evidence of the next one.
    if (verdict.state === 'up' && before.state === 'recovering') this.#window.clearFailures();
    if (verdict.state === 'recovering') this.#recoveredAt = signal.at;
    const previous = this.#belief;
    this.#belief = { ...previous, verdict };
    this.#state = verdict.state;
    this.#logChange(verdict, before);
    this.#deps.onBelief(this.#belief, previous, signal);
  }

  #logChange(verdict: Verdict, before: Verdict): void {
    const { upstream, log } = this.#deps;
    // What is over is told with what it was: the trouble's cause, and since when it was there.
    const trouble = verdict.state === 'up' ? before : verdict;
    const told =
      trouble.state === 'up'
        ? {}
        : { cause: trouble.cause, since: new Date(trouble.since).toISOString() };
    const fields = { upstream, from: before.state, to: verdict.state, ...told };
    if (verdict.state === 'down') log.error(fields, 'verdict changed');
    else if (verdict.state === 'suspect') log.warn(fields, 'verdict changed');
    else log.info(fields, 'verdict changed');
  }
}
