import { spawnSync } from 'node:child_process';

/** Whether the machine has a program, by asking for its version. */
export function hasProgram(name: string, flag: string): boolean {
  return spawnSync(name, [flag], { stdio: 'ignore' }).status === 0;
}
