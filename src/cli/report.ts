import { parseArgs } from 'node:util';
import { ownEnvironment } from '../config/load.ts';
import { askForReport } from './ops-report.ts';
import { FORMS, type ReportAsk } from './report-ask.ts';
import { reportFromStore } from './store-report.ts';

const HELP = `candor report: the record of an incident, and the draft of its postmortem

Usage: candor report [ID] [--format md|html|json|csv] [--config FILE | --url OPS]

  ID             the incident, as the ops API names it (default: the newest)
  --format FORM  md (default), html (one file, with a chart), json; csv: the writes of the incident whose
                 outcome nobody knows, payments first
  --config FILE  the settings, default candor.yaml; the store that they name is read, and not changed,
                 whether the gateway runs or not
  --url OPS      the ops API of a running gateway, such as http://127.0.0.1:9901, in place of the store
  --token TOKEN  its listener's token; rather in the variable CANDOR_OPS_TOKEN, since other users of a
                 machine see its command lines
  --json         the same as --format json
  -h, --help     print this help

Prints the report. Exit codes: 0 printed; 1 there is no such incident; 2 wrong use, or a store or gateway
that cannot be read.
`;

/** `candor report`: resolves to the exit code. */
export async function report(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (given === null) {
    process.stdout.write(HELP);
    return 0;
  }
  if (typeof given === 'string') return wrongUse(given);
  const found = await (given.url === undefined
    ? reportFromStore(given.config, given)
    : askForReport(
        { address: given.url, token: given.token ?? ownEnvironment().CANDOR_OPS_TOKEN ?? null },
        given,
      ));
  if ('text' in found) {
    process.stdout.write(found.text);
    return 0;
  }
  process.stderr.write(`candor report: ${found.fault}\n`);
  return found.isMissing ? 1 : 2;
}

function wrongUse(what: string): number {
  process.stderr.write(`candor report: ${what}\n\n${HELP}`);
  return 2;
}

interface Flags extends ReportAsk {
  readonly config: string;
  readonly url: string | undefined;
  readonly token: string | null;
}

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]): Flags | string | null {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ format: text, config: text, url: text, token: text },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [id = null, ...more] = positionals;
    if (more.length > 0) return 'one ID at most is expected';
    if (values.config !== undefined && values.url !== undefined)
      return '--config or --url, not both';
    if (values.url !== undefined && !/^https?:/.test(URL.parse(values.url)?.protocol ?? '')) {
      return `${JSON.stringify(values.url)} is no address such as http://127.0.0.1:9901`;
    }
    const asked = values.format ?? (values.json ? 'json' : 'md');
    const format = FORMS.find((known) => known === asked);
    if (format === undefined) return `--format is one of ${FORMS.join(', ')}`;
    const { config = 'candor.yaml', url, token = null } = values;
    return { id, format, config, url, token };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}
