import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createAnswerer } from '../answer/answerer.ts';
import { loadSettings } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { RECENT_MS } from '../gateway/evidence.ts';
import { makePlan, type Plan } from '../gateway/plan.ts';
import type { ParentLog } from '../log.ts';
import { Upstream } from '../upstream/upstream.ts';
import { type Explanation, explain as explanationOf } from './explanation.ts';
import { readReplyFile } from './reply-file.ts';
import type { RuleTrial } from './rule-trial.ts';

const HELP = `candor explain: try the rules for misleading replies on a reply

Usage: candor explain URL --reply FILE [--config FILE] [--method METHOD] [--json]

  URL              what was asked for, such as https://app.example.com/login
  --reply FILE     the reply, as curl -i prints it; - reads it from standard input
  --config FILE    the settings, default candor.yaml
  --method METHOD  how it was asked for, default POST
  --json           print the explanation as JSON
  -h, --help       print this help

Says which route the request takes, which of its rules know the reply and by what, on what evidence it
would be replaced, and what the client would get. Nothing is sent anywhere.
Exit codes: 0 a rule matched; 1 none did; 2 wrong use, or a file that cannot be read.
`;

/** `candor explain URL --reply FILE`: resolves to the exit code. */
export async function explain(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (typeof given === 'string') {
    process.stderr.write(`candor explain: ${given}\n\n${HELP}`);
    return 2;
  }
  if (given === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const found = await explained(given);
  if (typeof found === 'string') {
    process.stderr.write(found);
    return 2;
  }
  process.stdout.write(given.json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found));
  return found.rules.some(({ matched }) => matched !== null) ? 0 : 1;
}

interface Flags {
  readonly url: URL;
  readonly reply: string;
  readonly config: string;
  readonly method: string;
  readonly json: boolean;
}

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]): Flags | string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        reply: { type: 'string', default: '' },
        config: { type: 'string', default: 'candor.yaml' },
        method: { type: 'string', default: 'POST' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [address = '', ...more] = positionals;
    if (address === '' || more.length > 0) return 'one URL is expected';
    const url = URL.parse(address);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return `${JSON.stringify(address)} is no URL such as https://app.example.com/login`;
    }
    if (values.reply === '') return '--reply FILE is expected';
    const method = values.method.toUpperCase();
    if (!/^[A-Z-]+$/.test(method)) return `${JSON.stringify(values.method)} is no method`;
    return { ...values, url, method };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

/** The explanation, or what to print on standard error where there can be none. */
async function explained({ url, method, reply, config }: Flags): Promise<Explanation | string> {
  const loaded = await loadSettings(config);
  if (!loaded.ok) return loaded.problems.map((problem) => `${problemLine(problem)}\n`).join('');
  let file: Buffer;
  try {
    file = reply === '-' ? await buffer(process.stdin) : await readFile(reply);
  } catch (error) {
    return `${reply}: ${error instanceof Error ? error.message : error}\n`;
  }
  const read = readReplyFile(file, method);
  if ('line' in read) {
    const name = reply === '-' ? 'standard input' : reply;
    return `${name}:${read.line}: found ${read.found}, expected ${read.expected}\n`;
  }
  return explanationOf(planOf(loaded.settings), { method, url }, read);
}

/** The plan that a gateway would run by. Its upstreams are not started: nothing is asked or sent. */
function planOf(settings: Settings): Plan {
  const upstreams = new Map(
    Object.entries(settings.upstreams).map(([name, upstream]) => [
      name,
      new Upstream(upstream, { log: SILENT, onBelief: ignore, onRemoved: ignore }),
    ]),
  );
  const { statusPage } = settings;
  const answerer = createAnswerer({
    settings,
    statusPage: () =>
      statusPage === null ? { kind: 'none' } : { kind: 'unread', url: statusPage.url },
    log: SILENT,
  });
  return makePlan(settings, upstreams, answerer);
}

function ignore(): void {}

const SILENT: ParentLog = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => SILENT,
};

function inWords(found: Explanation): string {
  const { method, url, route, reply, remark, rules } = found;
  const lines = [
    `${method} ${url}`,
    `reply: ${reply.status}, ${reply.contentType ?? 'no Content-Type'}, ${reply.bytes} bytes${
      reply.skipped === 0 ? '' : ` (the last of ${reply.skipped + 1} in the file)`
    }`,
    route === null
      ? 'route: none'
      : `route: routes[${route.index}], ${[route.host, route.path].filter((part) => part !== null).join(', ') || 'everything'}, to ${route.upstream}`,
    ...(remark === null ? [] : [`note: ${remark}`]),
    '',
    ...rules.flatMap(ruleInWords),
    ...conclusion(found),
  ];
  return `${lines.join('\n')}\n`;
}

function ruleInWords({ rule, matched, why, dependsOn, holdBack }: RuleTrial): string[] {
  const held = `${holdBack.join(', ')} is not forwarded at all while ${anyOf(dependsOn)} is down`;
  return [
    `rule ${rule}: ${matched === null ? 'does not match' : `matches by ${matched}`}`,
    ...why.map((reason) => `  ${reason}`),
    ...(holdBack.length === 0 ? [] : [`  ${held}`]),
  ];
}

function conclusion({ rules, answers, method }: Explanation): string[] {
  const matching = rules.filter(({ matched }) => matched !== null);
  if (matching.length === 0) return ['The reply passes as it is, whatever is down.'];
  const dependsOn = anyOf([...new Set(matching.flatMap((rule) => rule.dependsOn))]);
  const recently = `, or was within ${RECENT_MS / 1000} s before`;
  return [
    '',
    'The reply passes as it is, unless there is evidence: ' +
      `${dependsOn} is suspect or down when the request or the reply comes${method === 'GET' || method === 'HEAD' ? recently : ''}, or fails a check made then.`,
    'Then the client gets',
    ...answers.map(
      ({ client, status, reasonPhrase, contentType }) =>
        `  a ${client}: ${status} ${reasonPhrase} (${contentType})`,
    ),
  ];
}

function anyOf(names: readonly string[]): string {
  return names.join(' or ');
}
