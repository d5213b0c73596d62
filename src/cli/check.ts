import { parseArgs } from 'node:util';
import { tryOwnTemplates } from '../answer/own-templates.ts';
import { type Loaded, parseSettings, readSettingsText } from '../config/load.ts';
import { type Problem, problemReporter } from '../config/problem.ts';
import type { Log } from '../log.ts';

const HELP = `candor check: report everything that is wrong with a settings file and the templates it names

Usage: candor check FILE [--json]

  --json       print { ok, file, problems, warnings, summary } as JSON
  -h, --help   print this help

Variables such as \${NAME} are taken from the environment, as they are when the gateway runs.
Exit codes: 0 good, with or without warnings; 1 templates are refused, so that the built-in ones would
serve; 2 settings are refused, unreadable or wrong use.
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
  const refused = loaded.ok ? (await tryOwnTemplates(loaded.settings, SILENT)).problems : [];
  if (given.json) {
    const result = resultOf(given.file, loaded, refused);
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    for (const problem of refused) process.stdout.write(await templateReport(problem));
    print(given.file, loaded, { text, refused: refused.length });
  }
  if (!loaded.ok) return 2;
  return refused.length > 0 ? 1 : 0;
}

/** What is wrong with templates is said once, in the result. */
const ignore = (): void => undefined;
const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

async function templateReport(problem: Problem): Promise<string> {
  const read = await readSettingsText(problem.file);
  return problemReporter(read.ok ? read.text : '')(problem);
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

function print(
  file: string,
  loaded: Loaded,
  { text, refused }: { readonly text: string; readonly refused: number },
): void {
  const report = problemReporter(text);
  const lines = loaded.ok
    ? loaded.warnings.map((warning) => `warning: ${report(warning)}`)
    : loaded.problems.map(report);
  process.stdout.write(`${lines.join('')}${file}: ${conclusionOf(loaded, refused)}\n`);
}

function conclusionOf(loaded: Loaded, refused: number): string {
  if (!loaded.ok) return `refused (${counted(loaded.problems.length, 'problem')})`;
  const { upstreams, routes } = summaryOf(loaded);
  const good = `good (${counted(upstreams, 'upstream')}, ${counted(routes, 'route')})`;
  return refused === 0 ? good : `${good}, templates refused (${counted(refused, 'problem')})`;
}

/** What `--json` prints. */
interface CheckResult {
  readonly ok: boolean;
  readonly file: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly summary: { readonly upstreams: number; readonly routes: number } | null;
}

function resultOf(file: string, loaded: Loaded, refused: readonly Problem[]): CheckResult {
  if (!loaded.ok)
    return { ok: false, file, problems: loaded.problems, warnings: [], summary: null };
  const { warnings } = loaded;
  const ok = refused.length === 0;
  return { ok, file, problems: refused, warnings, summary: summaryOf(loaded) };
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
