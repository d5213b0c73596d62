import { parseArgs } from 'node:util';
import { settingsJsonSchema } from '../config/catalog.ts';

const HELP = `candor schema: print the JSON Schema of a settings file, for editors and other programs

Usage: candor schema

  -h, --help   print this help

Exit codes: 0 good; 2 wrong use.
`;

/** `candor schema`: resolves to the exit code. */
export async function schema(args: readonly string[]): Promise<number> {
  const given = flagsOf(args);
  if (typeof given === 'string') {
    process.stderr.write(`candor schema: ${given}\n\n${HELP}`);
    return 2;
  }
  process.stdout.write(given.help ? HELP : `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);
  return 0;
}

function flagsOf(args: readonly string[]): { readonly help: boolean } | string {
  try {
    const options = { help: { type: 'boolean', short: 'h', default: false } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}
