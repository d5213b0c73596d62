import type { Logger } from 'pino';

/** The program's log: JSON lines, pretty on a terminal. A message is a constant, what varies is a field. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
