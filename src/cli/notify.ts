import { parseArgs } from 'node:util';
import { pageForPeople } from '../answer/published.ts';
import { loadSettings } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import type { NotifyTarget, Settings } from '../config/settings.ts';
import type { Outcome } from '../notify/outcome.ts';
import { Sender } from '../notify/sender.ts';
import { testNotice } from '../notify/test-notice.ts';
import { ownVersion } from './own-version.ts';

const HELP = `candor notify test: send a test notice, and print what came back

Usage: candor notify test --config FILE [--target NAME] [--json]

  --config FILE   the settings, whose \`notify\` lists the targets
  --target NAME   this one alone; else all of them
  --json          print { ok, targets: [{ name, kind, ok, said }] } as JSON
  -h, --help      print this help

Sent at once, past the outbox of a running gateway, and tried once. PagerDuty gets an event of severity
\`info\`, which is resolved at once. Of Statuspage the page is read, and nothing on it changed.
Exit codes: 0 all targets took it; 1 one of them did not; 2 wrong use or settings refused.
`;

interface Flags {
  readonly config: string;
  readonly target: string | null;
  readonly json: boolean;
}

interface Told {
  readonly name: string;
  readonly kind: NotifyTarget['kind'];
  readonly ok: boolean;
  readonly said: string;
}

/** `candor notify test`: resolves to the exit code. */
export async function notify(args: readonly string[]): Promise<number> {
  const flags = flagsOf(args);
  if (typeof flags === 'string') return wrongUse(flags);
  if (flags === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const loaded = await loadSettings(flags.config);
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${problemLine(problem)}\n`);
    return 2;
  }
  const { settings } = loaded;
  const { target } = flags;
  const targets = settings.notify.filter(({ name }) => target === null || name === target);
  if (targets.length === 0) {
    const which = target === null ? 'no target' : `no target ${JSON.stringify(target)}`;
    return wrongUse(`${flags.config} has ${which} under \`notify\``);
  }
  const told = await Promise.all(targets.map((one) => tell(one, settings)));
  print(told, flags.json);
  return told.every(({ ok }) => ok) ? 0 : 1;
}

function wrongUse(what: string): number {
  process.stderr.write(`candor notify: ${what}\n\n${HELP}`);
  return 2;
}

async function tell(target: NotifyTarget, settings: Settings): Promise<Told> {
  await using sender = new Sender(target, ownVersion());
  const service = settings.brand?.name ?? null;
  const statusPage = pageForPeople(settings.statusPage);
  const notice = testNotice(Date.now(), { service, statusPage });
  const nothing = { memory: null, remember: async () => undefined };
  const outcome = await sender.send(notice, nothing);
  const { name, kind } = target;
  return { name, kind, ok: outcome.kind === 'sent', said: saidIn(outcome) };
}

const MOST_SAID = 200;

/** What a receiver says is another program's text: it gets one line, and no control over the terminal. */
function saidIn(outcome: Outcome): string {
  if (outcome.kind === 'failed') return outcome.problem;
  const text = outcome.text
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, MOST_SAID);
  return `status ${outcome.status}${text === '' ? '' : `: ${text}`}`;
}

function print(told: readonly Told[], isJson: boolean): void {
  const ok = told.every((one) => one.ok);
  const lines = told.map(
    (one) => `${one.name} (${one.kind}): ${one.ok ? 'sent' : 'not sent'}, ${one.said}\n`,
  );
  process.stdout.write(
    isJson ? `${JSON.stringify({ ok, targets: told }, null, 2)}\n` : lines.join(''),
  );
}

/** null: the help is wanted. */
function flagsOf(args: readonly string[]): Flags | null | string {
  try {
    const options = {
      config: { type: 'string' },
      target: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help) return null;
    if (positionals.length !== 1 || positionals[0] !== 'test') return '`test` is expected';
    if (values.config === undefined) return '--config FILE is expected';
    return { config: values.config, target: values.target ?? null, json: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}
