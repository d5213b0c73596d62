import { execFile } from 'node:child_process';

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

const OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs a command to its end. Rejects only when it cannot be run or takes too long: an exit code is
 * what the caller asked for.
 */
export function outcomeOf(
  command: string,
  args: readonly string[],
  { env = process.env, timeoutMs = 60_000 }: CommandOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { env, timeout: timeoutMs, maxBuffer: OUTPUT_BYTES, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
        const why = error.killed === true ? `did not end within ${timeoutMs} ms` : error.message;
        reject(new Error(`${command} ${args.join(' ')}: ${why}`, { cause: error }));
      },
    );
  });
}

/** Runs a command that has to succeed, and returns what it printed, without the last line's end. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(command, args, options);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')}: exit code ${code}: ${stderr.trim()}`);
  }
  return stdout.trimEnd();
}
