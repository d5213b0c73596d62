import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { loadSettings } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import { RECENT_MS } from '../gateway/evidence.ts';
import { idlePlan } from './idle-plan.ts';
import { type Explanation, explain as explanationOf } from './reply-explanation.ts';
import { readReplyFile } from './reply-file.ts';
import type { RuleTrial } from './rule-trial.ts';

/** What is asked for by `candor explain URL --reply FILE`. */
export interface ReplyFlags {
  readonly url: URL;
  readonly reply: string;
  readonly config: string;
  readonly method: string;
  readonly json: boolean;
}

/** Tries the rules for misleading replies on a recorded reply: resolves to the exit code. */
export async function explainReply(flags: ReplyFlags): Promise<number> {
  const found = await explained(flags);
  if (typeof found === 'string') {
    process.stderr.write(found);
    return 2;
  }
  process.stdout.write(flags.json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found));
  return found.rules.some(({ matched }) => matched !== null) ? 0 : 1;
}

/** The explanation, or what to print on standard error where there can be none. */
async function explained({
  url,
  method,
  reply,
  config,
}: ReplyFlags): Promise<Explanation | string> {
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
  return explanationOf(idlePlan(loaded.settings), { method, url }, read);
}

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
