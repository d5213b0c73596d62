import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { ownEnvironment } from '../config/load.ts';
import { durationMs } from '../config/scalars.ts';
import { listInWords, switchedInWords } from './maintenance-words.ts';
import { askSwitch, type SwitchAsk } from './ops-maintenance.ts';

const HELP = `candor maintenance: close an upstream for planned work, and open it again

Usage: candor maintenance on --reason TEXT [options]
       candor maintenance off [options]
       candor maintenance list [options]

  --url OPS          the ops API of the running gateway (default http://127.0.0.1:9901)
  --upstream NAME    the upstream (default: all)
  --reason TEXT      why, for the record of what operators did; required by on
  --message TEXT     what people are told first, at most 300 characters
  --until TIME       the planned end, which people are told: 2026-03-05T03:00:00Z, or 21:00 of this
                     machine's clock, today or tomorrow
  --for DURATION     when it is over by itself, such as 90m (default: at the planned end, or after 60m)
  --bypass           print a link that lets the browser through which follows it
  --by NAME          who, for the record (default: the name of this machine's user)
  --token TOKEN      the listener's token; rather in the variable CANDOR_OPS_TOKEN, since
                     other users of a machine see its command lines
  --json             print what the ops API answers
  -h, --help         print this help

on, where it is on already, changes its words and its end. Requests that run go on; nobody is told the
reason. Exit codes: 0 done; 1 refused, or off where nothing was on; 2 wrong use, or a gateway that
cannot be asked.
`;

type Flags = Exclude<ReturnType<typeof flagsOf>, string | null>;

/** `candor maintenance`: resolves to the exit code. */
export async function maintenance(args: readonly string[]): Promise<number> {
  const flags = flagsOf(args);
  if (flags === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const ask = typeof flags === 'string' ? flags : askOf(flags, Date.now());
  if (typeof flags === 'string' || typeof ask === 'string') {
    process.stderr.write(`candor maintenance: ${String(ask)}\n\n${HELP}`);
    return 2;
  }
  const token = flags.token ?? ownEnvironment().CANDOR_OPS_TOKEN ?? null;
  const word = await askSwitch({ address: flags.url, token }, ask);
  if (word.kind !== 'done') {
    process.stderr.write(`candor maintenance: ${word.why}\n`);
    return word.kind === 'refused' ? 1 : 2;
  }
  const inWords = flags.act === 'list' ? listInWords : switchedInWords;
  process.stdout.write(flags.json ? `${JSON.stringify(word.said, null, 2)}\n` : inWords(word.said));
  return 0;
}

const ACTS = ['on', 'off', 'list'] as const;

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:9901' },
        ...{ upstream: text, reason: text, message: text, until: text, for: text },
        ...{ bypass: flag, json: flag, by: text, token: text },
        help: { ...flag, short: 'h' },
      },
    });
    if (values.help) return null;
    const act = ACTS.find((known) => known === positionals[0]);
    if (act === undefined || positionals.length > 1) return 'on, off or list is expected';
    if (!/^https?:$/.test(URL.parse(values.url)?.protocol ?? '')) {
      return `${JSON.stringify(values.url)} is no URL such as http://127.0.0.1:9901`;
    }
    return { ...values, act };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

/** What to ask, or what is wrong with how it was asked. */
function askOf(flags: Flags, now: number): SwitchAsk | string {
  const by = flags.by ?? userInfo().username;
  if (flags.act === 'list') return { method: 'GET', path: '/api/maintenances', by };
  const path = `/api/upstreams/${encodeURIComponent(flags.upstream ?? '*')}/maintenance`;
  if (flags.act === 'off') {
    const query = offQuery(flags);
    return query === null
      ? 'off goes with --upstream, --reason and --by alone'
      : { method: 'DELETE', path: `${path}${query}`, by };
  }
  const body = onBody(flags, now);
  return typeof body === 'string' ? body : { method: 'PUT', path, by, body };
}

/** Null where something is asked for that does not go with an end. */
function offQuery({ reason, message, until, for: lasting, bypass }: Flags): string | null {
  if ((message ?? until ?? lasting) !== undefined || bypass) return null;
  return reason === undefined ? '' : `?${new URLSearchParams({ reason })}`;
}

function onBody(
  { reason, message, until, for: lasting, bypass }: Flags,
  now: number,
): Readonly<Record<string, unknown>> | string {
  if (reason === undefined) return '--reason is required: it is recorded who closed it, and why';
  if (lasting !== undefined && durationMs(lasting) === undefined) {
    return `--for ${JSON.stringify(lasting)} is no duration such as 90m or 2h`;
  }
  const end = until === undefined ? null : timeOf(until, now);
  if (Number.isNaN(end)) {
    return `--until ${JSON.stringify(until)} is no time such as 2026-03-05T03:00:00Z or 21:00`;
  }
  const endsAt = end === null ? undefined : new Date(end).toISOString();
  return { reason, message, endsAt, for: lasting, bypass }; // JSON leaves out what was not given.
}

/** `21:00` is the next time at which this machine's clock says so; NaN for what is no time. */
function timeOf(text: string, now: number): number {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  const next = new Date(now);
  next.setHours(Number(hour), Number(minute), 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.getTime();
}
