import type { TestGateway } from '../support/gateway.ts';

/** A member under which no mine lies: what gives back an endpoint is what every other error relies upon. */
const SPARED: ReadonlySet<string> = new Set(['release', 'takeRetry']);
/** What the members of a route have members of, in turn. */
const MINED: ReadonlySet<string> = new Set(['route', 'upstream', 'line', 'settings', 'counts']);

/** Mines on the way of requests: the one that is armed throws when it is stepped on. */
export class Mines {
  /** How many were stepped on since the last `arm`. */
  steps = 0;
  #armed = Number.POSITIVE_INFINITY;

  /** Arms the mine that is stepped on as the `number`th, from 1. */
  arm(number: number): void {
    this.#armed = number;
    this.steps = 0;
  }

  /** Puts one under each member of each route, and of what routes are made of. */
  async layIn({ gateway }: TestGateway): Promise<void> {
    const { plan } = gateway;
    await gateway.adopt({
      ...plan,
      routes: plan.routes.map((route) => this.#under(route, 'route')),
    });
  }

  #under<Value>(value: Value, name: string): Value {
    if (typeof value !== 'object' || value === null || !MINED.has(name)) return value;
    return new Proxy(value, {
      get: (target, member) => {
        if (!SPARED.has(String(member))) this.#step(`${name}.${String(member)}`);
        const found: unknown = Reflect.get(target, member, target);
        // Private fields are the object's, not the proxy's.
        return typeof found === 'function'
          ? found.bind(target)
          : this.#under(found, String(member));
      },
    });
  }

  #step(name: string): void {
    this.steps += 1;
    if (this.steps === this.#armed) throw new TypeError(`a bug at ${name}`);
  }
}
