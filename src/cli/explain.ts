import { parseArgs } from 'node:util';
import { PREVIEW_CHOICES } from '../gateway/preview-request.ts';
import { explainClient } from './explain-client.ts';
import { explainReply } from './explain-reply.ts';

const HELP = `candor explain: what a client gets, and why

Usage: candor explain URL [--as CLIENT] [--when SITUATION] [options]
       candor explain URL --reply FILE [options]

  URL                  what is asked for, such as https://app.example.com/login
  --as CLIENT          who asks (default browser):
${columns(PREVIEW_CHOICES.clients)}
  --when SITUATION     in which moment (default now):
${columns([{ name: 'now' }, ...PREVIEW_CHOICES.situations])}
  --method METHOD      default: what such a client sends; with --reply, POST
  --header 'NAME: VALUE'  sent as well, or in the place of the client's own; may be repeated
  --language TAGS      Accept-Language
  --disposition WORD   not_processed or unknown, in the place of what the situation says
  --reply FILE         try the rules for misleading replies on this reply, as curl -i prints it; - reads
                       it from standard input
  --config FILE        the settings, default candor.yaml
  --ops URL            the ops API of a running gateway; default: that of the settings
  --json               print the explanation as JSON
  -h, --help           print this help

\`now\` asks the running gateway by its ops API; where none answers, an outage is supposed. Every other
situation is explained by the settings alone, unless --ops is given. Nothing is sent to any upstream.
Exit codes: 0 explained (with --reply: a rule matched); 1 no route leads there (with --reply: no rule
matched); 2 wrong use, or a file that cannot be read.
`;

/** `candor explain URL`: resolves to the exit code. */
export async function explain(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (given === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const wrong = typeof given === 'string' ? given : await run(given);
  if (typeof wrong === 'number') return wrong;
  process.stderr.write(`candor explain: ${wrong}\n\n${HELP}`);
  return 2;
}

/** The exit code, or what is wrong with how it was asked. */
async function run({ reply, method, url, ...flags }: Flags): Promise<number | string> {
  if (reply === undefined) return explainClient({ ...flags, url, method });
  const { as, when, header, language, disposition, ops } = flags;
  if ((as ?? when ?? header ?? language ?? disposition ?? ops) !== undefined) {
    return '--reply goes with --config, --method and --json alone';
  }
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return `${JSON.stringify(url)} is no URL such as https://app.example.com/login`;
  }
  const asked = (method ?? 'POST').toUpperCase();
  if (!/^[A-Z-]+$/.test(asked)) return `${JSON.stringify(method)} is no method`;
  return explainReply({ ...flags, url: address, reply, method: asked });
}

type Flags = Exclude<ReturnType<typeof flagsOf>, string | null>;

/** Null where help is asked for, and what is wrong where something is. */
function flagsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ as: text, when: text, method: text, language: text, disposition: text },
        header: { type: 'string', multiple: true },
        ...{ reply: text, ops: text },
        config: { type: 'string', default: 'candor.yaml' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [url = '', ...more] = positionals;
    return url === '' || more.length > 0 ? 'one URL is expected' : { ...values, url };
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

/** Names in lines of at most 100 characters. */
function columns(choices: readonly { readonly name: string }[]): string {
  const indent = ' '.repeat(23);
  const lines: string[] = [];
  let line = '';
  for (const { name } of choices) {
    const longer = line === '' ? name : `${line}, ${name}`;
    if (longer.length > 75) {
      lines.push(`${indent}${line},`);
      line = name;
    } else line = longer;
  }
  return [...lines, `${indent}${line}`].join('\n');
}
