import type { RequestHead } from '../../src/gateway/request-head.ts';
import { isRepeatable } from '../../src/gateway/retry.ts';
import { PLAIN_HEAD } from '../support/plain-head.ts';
import type { Happening } from './event-queue.ts';
import { type Road, SimulatedRequest } from './request.ts';

const POST: RequestHead = {
  ...PLAIN_HEAD,
  method: 'POST',
  rawHeaders: ['Host', 'app.example.com', 'Content-Length', '100'],
  hasBody: true,
};

/** The clients: one request after the other, each admitted as `gateway/handle.ts` does it. */
export class Traffic implements Happening {
  nextAt: number;
  readonly #road: Road;
  readonly #gapMs: number;

  constructor(road: Road) {
    this.#road = road;
    this.#gapMs = 1_000 / road.plan.rate;
    this.nextAt = this.#gapMs * road.chance();
  }

  happen(at: number): void {
    const { plan, chance, upstream, line, chronicle } = this.#road;
    this.nextAt = at + (plan.isEven ? this.#gapMs : -this.#gapMs * Math.log(1 - chance()));
    chronicle.arrived();
    const isPost = plan.postShare > 0 && chance() < plan.postShare;
    const head = isPost ? POST : PLAIN_HEAD;
    const admission = upstream.admit(isRepeatable(head));
    if (admission === 'answer') return chronicle.ended(at, 'answered');
    const request = new SimulatedRequest(this.#road, head, admission === 'trial');
    const isToWait = admission === 'wait' || (admission === 'forward' && !line.isEmpty);
    if (isToWait) request.wait();
    else request.start();
  }
}
