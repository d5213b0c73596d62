import { parseArgs } from 'node:util';
import { SCENARIOS, type ScenarioKey } from './scenarios.ts';

/** What is measured beside the processor time of the scenarios. */
const OTHER_PARTS = {
  latency: 'how long replies take at half of the load that saturates Candor',
  streams: 'memory while 1 GiB is sent and received',
  unread: 'memory that a client holds who reads nothing',
  kept: 'memory of 10,000 kept-alive connections',
  growth: 'memory over a minute of (a) and of (b)',
} as const;

/** Something that can be measured alone. */
type Part = ScenarioKey | keyof typeof OTHER_PARTS;

/**
 * What a program does when a load ends, and while nobody asks it anything, is compiled in its turn, and a good part
 * of the rest anew after the first time: so the peers warm up in turns, as they are measured.
 */
export const WARM_UP_TURNS = 5;

/** What one run of the benchmark is to do. */
export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  /** Of what is compiled as it runs, and of everything else. */
  readonly warmUpSeconds: { readonly late: number; readonly early: number };
  readonly growthSeconds: number;
  readonly scenarios: readonly ScenarioKey[];
  readonly measures: (part: Part) => boolean;
  /** Lower-case names; null: every peer. */
  readonly peers: readonly string[] | null;
  readonly isJson: boolean;
  /** A whole run, whose results are written to `bench/RESULTS.md`. */
  readonly isWhole: boolean;
}

const TITLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SCENARIOS.map(({ key, title }) => [key, title])),
  ...OTHER_PARTS,
};
const MEMORY_PARTS: readonly string[] = ['streams', 'unread', 'kept', 'growth'];

/** The text of `--help`. */
export const HELP = `node bench/run.ts: what a request costs, beside what a user would pick instead

  --rounds N          rounds of each peer, alternating (5)
  --seconds N         length of a round (2)
  --only a,b          some parts alone:
${Object.entries(TITLES)
  .map(([part, title]) => `                        ${part.padEnd(8)} ${title}`)
  .join('\n')}
  --peers NAME,NAME   peers, by name
  --no-memory         leave the parts out that are about memory
  --quick             all parts, one cold round of 1 s: do they work?
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
  const { quick, only, peers } = values;
  const parts = partsOf(values);
  return {
    rounds: count(values.rounds ?? (quick ? '1' : '5')),
    seconds: count(values.seconds ?? (quick ? '1' : '2')),
    // V8 still compiles after 3 s of load: what it measures then is a tenth too much.
    warmUpSeconds: quick ? { late: 0, early: 0 } : { late: 10, early: 1 },
    growthSeconds: quick ? 5 : 60,
    scenarios: SCENARIOS.map(({ key }) => key).filter((key) => parts.includes(key)),
    measures: (part) => parts.includes(part),
    peers: peers?.toLowerCase().split(',') ?? null,
    isJson: values.json,
    isWhole: !(quick || only || peers || values['no-memory']),
  };
}

function partsOf({ only, 'no-memory': isLight }: ReturnType<typeof parse>): readonly string[] {
  const all = Object.keys(TITLES);
  const asked = only?.split(',') ?? all;
  const unknown = asked.find((part) => !all.includes(part));
  if (unknown !== undefined) throw new Error(`--only does not know "${unknown}": it takes ${all}`);
  return isLight ? asked.filter((part) => !MEMORY_PARTS.includes(part)) : asked;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      peers: { type: 'string' },
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
