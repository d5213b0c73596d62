import { parseArgs } from 'node:util';
import { loadSettings, ownEnvironment, readSettingsText } from '../config/load.ts';
import { type Problem, problemReporter } from '../config/problem.ts';
import { type ExpectedService, expectedServices } from '../guard/expected-services.ts';
import { guardStack, type Judgement } from '../guard/guard-stack.ts';
import { previousFor } from './guard-previous.ts';

const HELP = `candor guard: refuse a stack file that is invalid, or would deploy nothing or less than it should

Usage: candor guard STACK.yml [options]

  --config FILE        candor.yaml: the services that its upstreams look for (tasks.NAME, or the names
                       of Swarm services) have to be in the file
  --upstream NAME      of these upstreams alone; may be repeated
  --stack NAME         what the stack is called, as in \`docker stack deploy -c STACK.yml NAME\`
  --against FILE       compare with the stack file that was deployed before
  --against swarm      compare with the services that run: of --stack, asked of the Docker Engine
  --engine ADDRESS     where that Engine is asked (default unix:///var/run/docker.sock)
  --allow-remove NAME  this service may be removed; may be repeated
  --allow-zero NAME    this service may have no replicas; may be repeated
  --json               print { ok, file, problems, warnings, services } as JSON
  -h, --help           print this help

Variables such as \${TAG:-latest} are taken from the environment, as \`docker stack deploy\` takes them:
run it in the same step. Exit codes: 0 good, with or without warnings; 1 the file is refused; 2 wrong
use, or something that cannot be read.
`;

/** `candor guard STACK.yml`: resolves to the exit code. */
export async function guard(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (given === null) {
    process.stdout.write(HELP);
    return 0;
  }
  if (typeof given === 'string') return wrongUse(given);
  const outcome = await judgementOf(given);
  if (typeof outcome === 'string') return wrongUse(outcome);
  const { json, file } = given;
  if (json) process.stdout.write(`${JSON.stringify(resultOf(file, outcome), null, 2)}\n`);
  else print(file, outcome);
  if (!outcome.isRead) return 2;
  return outcome.problems.length > 0 ? 1 : 0;
}

function wrongUse(why: string): number {
  process.stderr.write(`candor guard: ${why}\n\n${HELP}`);
  return 2;
}

/** A judgement, or why there is none: something that it needs cannot be read. */
interface Outcome extends Judgement {
  readonly isRead: boolean;
  readonly text: string;
}

type Flags = Exclude<ReturnType<typeof flagsOf>, string | null>;

async function judgementOf(flags: Flags): Promise<Outcome | string> {
  const { file, stack } = flags;
  const read = await readSettingsText(file, 'a stack file');
  if (!read.ok) return unread(read.problems);
  const expected = await expectedBy(flags);
  if (typeof expected === 'string') return expected;
  if ('problems' in expected) return unread(expected.problems);
  const previous = await previousFor(flags, ownEnvironment());
  if ('wrongUse' in previous) return previous.wrongUse;
  if ('problems' in previous) return unread(previous.problems);
  const judged = guardStack(
    { text: read.text, file },
    {
      env: ownEnvironment(),
      stack,
      expected: expected.services,
      previous: previous.previous,
      allowRemove: new Set(flags['allow-remove']),
      allowZero: new Set(flags['allow-zero']),
    },
  );
  const warnings = [...previous.warnings, ...judged.warnings];
  return { ...judged, warnings, isRead: true, text: read.text };
}

function unread(problems: readonly Problem[]): Outcome {
  return { problems, warnings: [], services: [], isRead: false, text: '' };
}

type Expected =
  | { readonly services: readonly ExpectedService[] }
  | { readonly problems: readonly Problem[] };

async function expectedBy({ config, upstream: wanted }: Flags): Promise<Expected | string> {
  if (config === undefined) {
    return wanted === undefined ? { services: [] } : '--upstream goes with --config';
  }
  const loaded = await loadSettings(config);
  if (!loaded.ok) return { problems: loaded.problems };
  const { upstreams } = loaded.settings;
  const unknown = wanted?.find((name) => !Object.hasOwn(upstreams, name));
  if (unknown !== undefined) return `${config} has no upstream ${JSON.stringify(unknown)}`;
  const services = expectedServices(loaded.settings);
  return { services: services.filter(({ upstream }) => wanted?.includes(upstream) ?? true) };
}

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ config: text, stack: text, against: text, engine: text },
        ...{ upstream: texts, 'allow-remove': texts, 'allow-zero': texts },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [file = '', ...more] = positionals;
    return file === '' || more.length > 0 ? 'one STACK.yml is expected' : { ...values, file };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

function print(file: string, { problems, warnings, services, isRead, text }: Outcome): void {
  const ofThisFile = problemReporter(text);
  const ofAnother = problemReporter('');
  const report = (problem: Problem) => (problem.file === file ? ofThisFile : ofAnother)(problem);
  const lines = [
    ...warnings.map((warning) => `warning: ${report(warning)}`),
    ...problems.map(report),
  ];
  const conclusion = isRead ? conclusionOf(problems.length, services) : 'not judged';
  process.stdout.write(`${lines.join('')}${file}: ${conclusion}\n`);
}

function conclusionOf(problems: number, services: Judgement['services']): string {
  if (problems > 0) return `refused (${counted(problems, 'problem')})`;
  const names = services.map(({ name, replicas }) => `${name} × ${replicas ?? 'each node'}`);
  return `good (${counted(services.length, 'service')}: ${names.join(', ')})`;
}

function resultOf(file: string, { problems, warnings, services }: Outcome) {
  return { ok: problems.length === 0, file, problems, warnings, services };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
