import { parseArgs } from 'node:util';
import { SCENARIOS, type ScenarioKey } from './scenarios.ts';

/** What one run of the benchmark is to do. */
export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly memorySeconds: number;
  readonly scenarios: readonly ScenarioKey[];
  /** Lower-case names; null: every peer. */
  readonly peers: readonly string[] | null;
  readonly isJson: boolean;
  /** A whole run, whose results are written to `bench/RESULTS.md`. */
  readonly isWhole: boolean;
}

/** The text of `--help`. */
export const HELP = `node bench/run.ts: what a request costs, beside what a user would pick instead

  --rounds N          rounds of each peer, alternating (5)
  --seconds N         length of a round (3)
  --only a,b          scenarios: ${SCENARIOS.map(({ key, title }) => `${key} ${title}`).join('; ')}
  --peers NAME,NAME   peers, by name
  --memory            only the memory of Candor, over 60 s (or --seconds) of (a) and of (b)
  --no-memory         leave the memory out
  --quick             2 rounds of 1 s, no memory: do the parts work?
  --json              print the results as JSON
  -h, --help          print this help

A run that leaves nothing out writes bench/RESULTS.md. Exit codes: 0 every limit holds; 1 one does not; 2 wrong use, or something is missing or does not start.
`;

/** Reads the command line; a text is what is wrong with it, null asks for the help. */
export function readOptions(args: readonly string[]): Options | string | null {
  try {
    const values = parse(args);
    return values.help ? null : optionsOf(values);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function optionsOf(values: ReturnType<typeof parse>): Options {
  const { quick, memory, only, peers } = values;
  const isWhole = !(quick || memory || only || peers || values['no-memory']);
  const wanted = scenariosOf(only);
  return {
    rounds: count(values.rounds ?? (quick ? '2' : '5')),
    seconds: count(values.seconds ?? (quick ? '1' : '3')),
    warmUpSeconds: quick ? 1 : 3,
    memorySeconds: isWhole || memory ? memorySecondsOf(values) : 0,
    scenarios: memory ? [] : wanted,
    peers: peers?.toLowerCase().split(',') ?? null,
    isJson: values.json,
    isWhole,
  };
}

function memorySecondsOf({ memory, seconds }: ReturnType<typeof parse>): number {
  return memory && seconds !== undefined ? count(seconds) : 60;
}

function scenariosOf(only: string | undefined): ScenarioKey[] {
  const keys = SCENARIOS.map(({ key }) => key);
  const asked = only?.split(',') ?? keys;
  const unknown = asked.find((letter) => !keys.some((key) => key === letter));
  if (unknown !== undefined) throw new Error(`--only does not know "${unknown}": it takes ${keys}`);
  return keys.filter((key) => asked.includes(key));
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      peers: { type: 'string' },
      memory: { type: 'boolean', default: false },
      'no-memory': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`"${text}" is no whole number from 1 to 9999`);
  return Number(text);
}
