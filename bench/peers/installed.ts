import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Asks a program for its version; null where the program is not installed. */
export function programVersion(program: string, flag: string, exitCode = 0): string | null {
  const { status, stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  if (status !== exitCode) return null;
  return /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0] ?? 'unknown';
}

/** The version of a package of this repository; null where it is not installed. */
export function packageVersion(name: string): string | null {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  try {
    return String(JSON.parse(readFileSync(path, 'utf8')).version);
  } catch {
    return null; // Not installed, which the caller reports.
  }
}
