import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A command that prints a JSON value a line, read as it prints. */
export interface Lines<Value> extends AsyncDisposable {
  /** What it has printed so far. */
  readonly seen: readonly Value[];
}

/** Reads lines of a running command, apart from those that `parse` does not want; disposing of it ends the command. */
export function linesOf<Value>(
  running: ChildProcess,
  parse: (line: string) => Value | undefined,
): Lines<Value> {
  const seen: Value[] = [];
  if (running.stdout === null) throw new Error('the command has no output to read');
  const reader = createInterface({ input: running.stdout });
  reader.on('line', (line) => {
    const value = parse(line);
    if (value !== undefined) seen.push(value);
  });
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      if (running.exitCode !== null || running.signalCode !== null) return;
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
    },
  };
}
