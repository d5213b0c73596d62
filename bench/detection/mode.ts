/**
 * How an endpoint of the benchmark behaves: `sick` answers 503 to everybody but the health check, `cold`
 * replies a second late, and `abrupt` closes its idle connections in the moment in which it is to end.
 */
export const MODES = ['well', 'hang', 'reset', 'unavailable', 'sick', 'cold', 'abrupt'] as const;

export type Mode = (typeof MODES)[number];

/** Whether a word is one of them. */
export function isMode(word: string): word is Mode {
  return MODES.some((mode) => mode === word);
}
