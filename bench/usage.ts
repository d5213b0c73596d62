import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in, for programs, on every architecture: 1/100 s. */
const TICK_MICROSECONDS = 10_000;

/** Processor time, user and system, of a process and all that descend from it, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  const table = processTable();
  let ticks = 0;
  for (const id of treeOf(pid, table)) ticks += table.get(id)?.ticks ?? 0;
  return ticks * TICK_MICROSECONDS;
}

/** Resident memory of a process and all that descend from it, in bytes. */
export function residentBytes(pid: number): number {
  let bytes = 0;
  for (const id of treeOf(pid, processTable())) bytes += residentOf(id);
  return bytes;
}

interface Entry {
  readonly parent: number;
  readonly ticks: number;
}

function processTable(): Map<number, Entry> {
  const table = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    const entry = Number.isInteger(id) ? entryOf(id) : null;
    if (entry) table.set(id, entry);
  }
  return table;
}

/** Fields of `/proc/PID/stat` after the name, which may hold spaces: proc(5), fields 4 and 14 to 17. */
function entryOf(pid: number): Entry | null {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 15) return null;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}

function treeOf(pid: number, table: ReadonlyMap<number, Entry>): number[] {
  const tree = [pid];
  for (const ancestor of tree) {
    for (const [id, { parent }] of table) if (parent === ancestor) tree.push(id);
  }
  return tree;
}

function residentOf(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
  return Number(match?.[1] ?? 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // The process ended between the listing and the reading.
  }
}
