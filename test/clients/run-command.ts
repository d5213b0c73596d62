import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LATE_MS = 10_000;

/** Runs a client of the command line as its user would. */
export async function run(command: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), LATE_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, stdout, stderr };
}

/** The first of these commands that the machine has; undefined where it has none. */
export async function commandIn(...names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const { code } = await run('sh', ['-c', `command -v ${name}`]);
    if (code === 0) return name;
  }
  return undefined;
}
