import { engineAddress } from '../config/addresses.ts';
import type { Environment } from '../config/environment.ts';
import { readSettingsText } from '../config/load.ts';
import { messageOf, type Problem } from '../config/problem.ts';
import type { Previous } from '../guard/removals.ts';
import { runningServices, servicesPath } from '../guard/running-services.ts';
import { servicesOf } from '../guard/service.ts';
import { readStackFile } from '../guard/stack-file.ts';
import { EngineClient } from '../upstream/engine-client.ts';

interface Flags {
  readonly against?: string | undefined;
  readonly stack?: string | undefined;
  readonly engine?: string | undefined;
}

/** What to compare with, or why that cannot be had. */
export type PreviousOutcome =
  | { readonly previous: Previous | undefined; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] }
  | { readonly wrongUse: string };

const ENGINE = 'unix:///var/run/docker.sock';
const LIMIT_MS = 5_000;

/** Finds the services that were deployed before: those of a file, or those that run. */
export async function previousFor(flags: Flags, env: Environment): Promise<PreviousOutcome> {
  const { against, stack, engine } = flags;
  if (engine !== undefined && against !== 'swarm') {
    return { wrongUse: '--engine goes with --against swarm' };
  }
  if (against === undefined) return { previous: undefined, warnings: [] };
  if (against !== 'swarm') return previousFile(against, env);
  if (stack === undefined) return { wrongUse: '--against swarm needs --stack NAME' };
  return previousInSwarm(stack, engine ?? ENGINE);
}

/**
 * A previous file that names no service, such as the one that caused an outage, must not keep the file
 * that ends it from being deployed: there is nothing to compare with, and that is said.
 */
async function previousFile(file: string, env: Environment): Promise<PreviousOutcome> {
  const read = await readSettingsText(file, 'the stack file that was deployed before');
  if (!read.ok) return { problems: read.problems };
  const services = servicesOf(readStackFile(read.text, env).value);
  const expected = 'services to compare with';
  return services.length > 0
    ? { previous: { called: file, services }, warnings: [] }
    : {
        previous: undefined,
        warnings: [
          wholly(file, 'no services that can be read, so that nothing is compared', expected),
        ],
      };
}

async function previousInSwarm(stack: string, address: string): Promise<PreviousOutcome> {
  const parsed = engineAddress().safeParse(address);
  if (!parsed.success) {
    return {
      wrongUse: `--engine: ${JSON.stringify(address)} is not ${parsed.error.issues[0]?.message}`,
    };
  }
  const client = new EngineClient(parsed.data);
  try {
    const said = await client.ask(servicesPath(stack), AbortSignal.timeout(LIMIT_MS));
    const services = 'code' in said ? undefined : runningServices(stack, said.value);
    if (services === undefined) {
      const found = 'code' in said ? `no answer (${said.code})` : 'an answer that is none';
      const expected = "the API of a manager's Docker Engine";
      return { problems: [wholly(address, found, expected)] };
    }
    const called = `the stack ${stack}`;
    const found = `no services of ${called}, so that nothing is compared`;
    return services.length > 0
      ? { previous: { called, services }, warnings: [] }
      : { previous: undefined, warnings: [wholly(address, found, 'a first deployment')] };
  } finally {
    await client.destroy();
  }
}

function wholly(file: string, found: string, expected: string): Problem {
  return {
    file,
    line: null,
    column: null,
    path: '',
    found,
    expected,
    message: messageOf({ found, expected }),
  };
}
