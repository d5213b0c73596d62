import { parseArgs } from 'node:util';
import { type Loaded, parseSettings, readSettingsText } from '../config/load.ts';
import { type Problem, problemReport } from '../config/problem.ts';

const HELP = `candor check: read a settings file and report everything that is wrong with it

Usage: candor check FILE [--json]

  --json       print { ok, file, problems, warnings, summary } as JSON
  -h, --help   print this help

Variables such as \${NAME} are taken from the environment, as they are when the gateway runs.
Exit codes: 0 good, with or without warnings; 2 refused, unreadable or wrong use.
`;

/** `candor check FILE`: resolves to the exit code. */
export async function check(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (typeof given === 'string') {
    process.stderr.write(`candor check: ${given}\n\n${HELP}`);
    return 2;
  }
  if (given.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const read = await readSettingsText(given.file);
  const text = read.ok ? read.text : '';
  const loaded = read.ok ? await parseSettings({ text, file: given.file }) : read;
  if (given.json)
    process.stdout.write(`${JSON.stringify(resultOf(given.file, loaded), null, 2)}\n`);
  else print(given.file, loaded, text);
  return loaded.ok ? 0 : 2;
}

interface Flags {
  readonly file: string;
  readonly json: boolean;
  readonly help: boolean;
}

function flagsOf(args: readonly string[]): Flags | string {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file = '', ...more] = positionals;
    if (!values.help && (file === '' || more.length > 0)) return 'one FILE is expected';
    return { ...values, file };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

function print(file: string, loaded: Loaded, text: string): void {
  const lines = loaded.ok
    ? loaded.warnings.map((warning) => `warning: ${problemReport(warning, text)}`)
    : loaded.problems.map((problem) => problemReport(problem, text));
  process.stdout.write(`${lines.join('')}${file}: ${conclusionOf(loaded)}\n`);
}

function conclusionOf(loaded: Loaded): string {
  if (!loaded.ok) return `refused (${counted(loaded.problems.length, 'problem')})`;
  const { upstreams, routes } = summaryOf(loaded);
  return `good (${counted(upstreams, 'upstream')}, ${counted(routes, 'route')})`;
}

/** What `--json` prints. */
interface CheckResult {
  readonly ok: boolean;
  readonly file: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly summary: { readonly upstreams: number; readonly routes: number } | null;
}

function resultOf(file: string, loaded: Loaded): CheckResult {
  return loaded.ok
    ? { ok: true, file, problems: [], warnings: loaded.warnings, summary: summaryOf(loaded) }
    : { ok: false, file, problems: loaded.problems, warnings: [], summary: null };
}

function summaryOf({ settings }: Loaded & { readonly ok: true }): {
  readonly upstreams: number;
  readonly routes: number;
} {
  return { upstreams: Object.keys(settings.upstreams).length, routes: settings.routes.length };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
