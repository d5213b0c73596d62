import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';

/** Removes the control groups that killed containers leave, empty; version 1 has a tree a controller. */
export async function removeCgroups(name: string): Promise<void> {
  for (const root of ['', ...(await readdir(CGROUPS))]) await removeTree(join(CGROUPS, root, name));
}

async function removeTree(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(group, entry.name));
  }
  // Not there, or a process of it is still dying: an empty group costs nothing and harms nobody.
  await rmdir(group).catch(() => undefined);
}
