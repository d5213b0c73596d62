#!/usr/bin/env node
type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when they are asked for: `check` in a pipeline needs nothing of what the gateway is made of. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./cli/run.ts')).run,
  check: async () => (await import('./cli/check.ts')).check,
  guard: async () => (await import('./cli/guard.ts')).guard,
  verify: async () => (await import('./cli/verify.ts')).verify,
  maintenance: async () => (await import('./cli/maintenance.ts')).maintenance,
  schema: async () => (await import('./cli/schema.ts')).schema,
  explain: async () => (await import('./cli/explain.ts')).explain,
  report: async () => (await import('./cli/report.ts')).report,
  notify: async () => (await import('./cli/notify.ts')).notify,
};

const HELP = `candor: a reverse proxy that tells the truth about an outage

Usage: candor [run] [--config FILE | --upstream URL] [options]
       candor COMMAND [arguments]

Commands:
  run          run the gateway (the default); without arguments, in front of the embedded demo
  check        read a settings file and report everything that is wrong with it
  guard        refuse a stack file that would deploy nothing, or less than it should
  verify       wait after a deployment until an upstream is up, or say why it is not
  maintenance  close an upstream for planned work, and open it again
  schema       print the JSON Schema of the settings
  explain      say what a client gets, now or in an outage, and why
  report       print the record of an incident, and the draft of its postmortem
  notify       send a test notice to those who are told of incidents

candor COMMAND --help tells more. Exit codes: 0 good; 1 a fault was found; 2 wrong use or unreadable input.
`;

process.exitCode = await main(process.argv.slice(2));

async function main([first = 'run', ...rest]: readonly string[]): Promise<number> {
  if (first === '--help' || first === '-h' || first === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  // `candor --config FILE` is `candor run --config FILE`.
  if (first.startsWith('-')) return main(['run', first, ...rest]);
  // The gateway itself outlives its output: see `outliveErrors`.
  if (first !== 'run') process.stdout.on('error', unlessClosed);
  const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load !== undefined) return (await load())(rest);
  process.stderr.write(`candor: there is no command ${JSON.stringify(first)}\n\n${HELP}`);
  return 2;
}

/** Who reads the output may have seen enough of it: `candor schema | head`. */
function unlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
