import { pino } from 'pino';
import type { Log } from '../../src/log.ts';

/** A log whose lines, parsed, are put into a list. */
export function linesInto(lines: Record<string, unknown>[]): Log {
  const formatters = { level: (level: string) => ({ level }) };
  const write = (line: string) => {
    lines.push(JSON.parse(line));
  };
  return pino({ level: 'debug', base: null, formatters }, { write });
}
