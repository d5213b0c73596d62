import { type Finding, nearest } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import type { Discovery } from '../config/upstream-settings.ts';

/** A service that the gateway looks for. */
export interface ExpectedService {
  readonly upstream: string;
  /** What discovery asks for: `tasks.app`, `demo_app`. */
  readonly asked: string;
  /** With or without the stack's name before it. */
  readonly name: string;
  /** True where it has the stack's name before it for certain. */
  readonly isWhole: boolean;
}

/** The services of a swarm that settings look for; static endpoints and other names say nothing of one. */
export function expectedServices({
  upstreams,
}: Pick<Settings, 'upstreams'>): readonly ExpectedService[] {
  return Object.entries(upstreams)
    .map(([upstream, { discovery }]) => expectedBy(upstream, discovery))
    .filter((service) => service !== null);
}

function expectedBy(upstream: string, discovery: Discovery): ExpectedService | null {
  switch (discovery.kind) {
    case 'swarm': {
      const { service } = discovery;
      return { upstream, asked: service, name: service, isWhole: true };
    }
    case 'dns': {
      const [, name] = /^tasks\.([^.]+)\.?$/.exec(discovery.name) ?? [];
      return name === undefined ? null : { upstream, asked: discovery.name, name, isWhole: false };
    }
    case 'static':
      return null;
  }
}

/** Those that the file lacks. */
export function missingServices(
  expected: readonly ExpectedService[],
  names: readonly string[],
  stack: string | undefined,
): readonly Finding[] {
  return expected
    .filter(
      (service) => isOfStack(service, stack) && !names.some((name) => isMet(service, name, stack)),
    )
    .map(({ upstream, asked, name }) => {
      const guess = nearest(name, names);
      const meant = guess === undefined ? '' : ` (renamed to ${guess}?)`;
      return {
        path: ['services'],
        at: 'key',
        found: `no service for the upstream ${upstream}, which looks for ${asked}`,
        expected: `a service ${shortName(name, stack)}${meant}`,
      };
    });
}

/** A whole name of another stack's service is no matter of this file. */
function isOfStack({ name, isWhole }: ExpectedService, stack: string | undefined): boolean {
  return !isWhole || stack === undefined || name.startsWith(`${stack}_`);
}

function isMet(
  { name, isWhole }: ExpectedService,
  given: string,
  stack: string | undefined,
): boolean {
  if (!isWhole && name === given) return true;
  return stack === undefined ? name.endsWith(`_${given}`) : name === `${stack}_${given}`;
}

function shortName(name: string, stack: string | undefined): string {
  return stack !== undefined && name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}
