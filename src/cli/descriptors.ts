import { readFileSync } from 'node:fs';
import type { Log } from '../log.ts';

/** A client's connection, and one to an endpoint. */
const FOR_EACH_CONNECTION = 2;

/**
 * Warns where the system gives the process fewer file descriptors than its connections may take: beyond
 * them clients are cut off unheard, where `limits.connections` would have them answered.
 */
export function warnOfFewDescriptors(connections: number, log: Log): void {
  const descriptors = mostDescriptors();
  if (descriptors === null || descriptors >= FOR_EACH_CONNECTION * connections) return;
  log.warn({ descriptors, connections }, 'fewer file descriptors than connections');
}

/** Null where the system does not say, or has no limit. Node has raised the soft limit to the hard one. */
function mostDescriptors(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const found = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null; // Not Linux.
  }
}
