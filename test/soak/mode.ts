/**
 * What an endpoint does with requests:
 *
 * `well` serves; `unavailable` replies 503 with a page that says nothing, `balancer` with HAProxy's own, for
 * which no server has seen the request; `reset` resets connections at a request's head, `reset_after` when it has
 * processed it; `hang` never replies; `cold` replies late; `drip` sends its replies in little pieces; `break_off`
 * resets in the middle of a body; `garbage` sends what is not HTTP; `refuse` accepts no connections and has closed
 * those that there were.
 */
export const MODES = [
  'well',
  'unavailable',
  'balancer',
  'reset',
  'reset_after',
  'hang',
  'cold',
  'drip',
  'break_off',
  'garbage',
  'refuse',
] as const;

/** One of them. */
export type Mode = (typeof MODES)[number];

/** What is said between an endpoint's process and the one that started it; each command is said back when it is done. */
export interface ModeMessage {
  readonly mode: Mode;
}

/** Whether it is what the two say to each other. */
export function isModeMessage(message: unknown): message is ModeMessage {
  if (typeof message !== 'object' || message === null || !('mode' in message)) return false;
  return MODES.some((mode) => mode === message.mode);
}

/** What an endpoint speaks. */
export type Protocol = 'http1' | 'https' | 'http2';
