import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ownEnvironment } from '../config/load.ts';
import { nearest } from '../config/problem.ts';
import { durationMs } from '../config/scalars.ts';
import type { OpsPlace } from './ops-preview.ts';
import { askUpstreams, type UpstreamsWord } from './ops-upstreams.ts';
import {
  afterSilence,
  afterWord,
  began,
  type Demand,
  type Ending,
  endingAt,
  type Progress,
  standingText,
} from './verification.ts';

const HELP = `candor verify: after a deployment, wait until an upstream is up, or say why it is not

Usage: candor verify --url OPS [options]

  --url OPS              the ops API of the running gateway, such as http://127.0.0.1:9901
  --upstream NAME        the upstream that was deployed (default: every upstream)
  --expect-endpoints N   at least so many endpoints that are not set aside (default: as many as
                         discovery says there should be, or 1)
  --for DURATION         how long it has to stay so (default 30s)
  --timeout DURATION     when to give up (default 120s)
  --fail-after DURATION  how long an upstream may have no endpoint at all before that is a failure
                         (default 5s); raise it where a deployment stops all before it starts the first
  --token TOKEN          the listener's token; rather in the variable CANDOR_OPS_TOKEN, since
                         other users of a machine see its command lines
  --json                 print { ok, why, elapsedMs, upstreams } as JSON, the progress on standard error
  -h, --help             print this help

Prints a line for each change. Exit codes: 0 it is up and has stayed up; 1 it is not, and why; 2 wrong
use, or a gateway that cannot be asked.
`;

const EVERY_MS = 500;

/** `candor verify`: resolves to the exit code. */
export async function verify(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (given === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const asked = typeof given === 'string' ? given : demandOf(given);
  if (typeof given === 'string' || typeof asked === 'string') {
    process.stderr.write(`candor verify: ${String(asked)}\n\n${HELP}`);
    return 2;
  }
  const { progress, ending, elapsedMs } = await watch(asked, given.json ? 'stderr' : 'stdout');
  const why = 'why' in ending ? ending.why : null;
  if (given.json) {
    const upstreams = progress.standings.map(({ isEmpty: _, ...standing }) => standing);
    const result = { ok: ending.kind === 'verified', why, elapsedMs, upstreams };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  }
  return { verified: 0, failed: 1, unheard: 2 }[ending.kind];
}

interface Asked {
  readonly place: OpsPlace;
  readonly demand: Demand;
}

interface Watched {
  readonly progress: Progress;
  readonly ending: Ending;
  readonly elapsedMs: number;
}

/** Asks until it ends, and prints a line for each change. */
async function watch({ place, demand }: Asked, stream: 'stdout' | 'stderr'): Promise<Watched> {
  const startedAt = performance.now();
  let progress = began(startedAt);
  let last = '';
  const say = (line: string) => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
    if (line !== last) process[stream].write(`${seconds} s  ${line}\n`);
    last = line;
  };
  for (;;) {
    const word = await askUpstreams(place);
    const at = performance.now();
    const wrong = wrongWord(word, demand);
    progress = next(progress, word, { demand, at });
    const ending: Ending | null =
      wrong === null ? endingAt(progress, demand, at) : { kind: 'unheard', why: wrong };
    if (wrong === null) say(lineOf(progress, place));
    if (ending !== null) {
      say(conclusionOf(ending, demand, place));
      return { progress, ending, elapsedMs: Math.round(at - startedAt) };
    }
    await pause(EVERY_MS);
  }
}

function next(
  progress: Progress,
  word: UpstreamsWord,
  moment: { readonly demand: Demand; readonly at: number },
): Progress {
  return word.kind === 'said'
    ? afterWord(progress, word.upstreams, moment)
    : afterSilence(progress, word.fault);
}

/** Why asking on makes no sense, or null. */
function wrongWord(word: UpstreamsWord, { upstream }: Demand): string | null {
  if (word.kind === 'silent') return null;
  if (word.kind === 'refused') {
    return word.fault === 'answers 401' ? `${word.fault}: it asks for its token` : word.fault;
  }
  const names = word.upstreams.map(({ name }) => name);
  if (upstream === null || names.includes(upstream)) return null;
  const guess = nearest(upstream, names);
  const meant = guess === undefined ? `; it has ${names.join(', ')}` : `; did you mean ${guess}?`;
  return `has no upstream ${JSON.stringify(upstream)}${meant}`;
}

function lineOf({ silence, standings }: Progress, { address }: OpsPlace): string {
  return silence === null
    ? standings.map(standingText).join('; ')
    : `the gateway at ${address} ${silence}`;
}

function conclusionOf(ending: Ending, { forMs }: Demand, { address }: OpsPlace): string {
  switch (ending.kind) {
    case 'verified':
      return `verified: all has been well for ${forMs / 1_000} s`;
    case 'failed':
      return `failed: ${ending.why}`;
    case 'unheard':
      return `not verified: the gateway at ${address} ${ending.why}`;
  }
}

type Flags = Exclude<ReturnType<typeof flagsOf>, string | null>;

/** What is asked for, or what is wrong with how. */
function demandOf(flags: Flags): Asked | string {
  const place = placeOf(flags);
  if (typeof place === 'string') return place;
  const { upstream = null } = flags;
  const count = flags['expect-endpoints'];
  if (count !== undefined && !/^[1-9]\d{0,5}$/.test(count)) {
    return `--expect-endpoints: ${JSON.stringify(count)} is no number from 1 on`;
  }
  const wrong = (['for', 'timeout', 'fail-after'] as const).find(
    (name) => durationMs(flags[name]) === undefined,
  );
  if (wrong !== undefined) {
    return `--${wrong}: ${JSON.stringify(flags[wrong])} is no duration such as 30s or 2m`;
  }
  const [forMs = 0, timeoutMs = 0, failAfterMs = 0] = [
    durationMs(flags.for),
    durationMs(flags.timeout),
    durationMs(flags['fail-after']),
  ];
  if (timeoutMs <= forMs) return '--timeout has to be longer than --for';
  const endpoints = count === undefined ? null : Number(count);
  return { place, demand: { upstream, endpoints, forMs, timeoutMs, failAfterMs } };
}

function placeOf({ url, token }: Flags): OpsPlace | string {
  if (url === undefined) return '--url is expected';
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return `--url: ${JSON.stringify(url)} is no URL such as http://127.0.0.1:9901`;
  }
  return { address: address.href, token: token ?? ownEnvironment().CANDOR_OPS_TOKEN ?? null };
}

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ url: text, upstream: text, 'expect-endpoints': text, token: text },
        for: { type: 'string', default: '30s' },
        timeout: { type: 'string', default: '120s' },
        'fail-after': { type: 'string', default: '5s' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values.help ? null : values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}
