import { onTestFinished, vi } from 'vitest';

/** What a command printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Command = (args: readonly string[]) => Promise<number>;

/** Runs a command in this process, with what it prints caught. */
export async function caught(command: Command, args: readonly string[]): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      printed[stream] += String(part);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return { code: await command(args), ...printed };
}
