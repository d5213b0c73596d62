/** How long an upstream is given, in milliseconds. */
export interface ReplyTimes {
  /** Until the reply's head is there. */
  readonly responseMs: number;
  /** Between two parts of its body. */
  readonly idleMs: number;
}

/** What a request asks for in their place, by undici's names; 0 for no limit. */
export interface OwnTimes {
  readonly headersTimeout?: number | null | undefined;
  readonly bodyTimeout?: number | null | undefined;
}

/** When the next part of a reply is late, on the monotonic clock, if nothing comes from this moment on. */
export function nextDeadline(own: OwnTimes, times: ReplyTimes, hasHead: boolean): number {
  const limitMs = hasHead
    ? (own.bodyTimeout ?? times.idleMs)
    : (own.headersTimeout ?? times.responseMs);
  return limitMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + limitMs;
}

/** What a request fails with whose reply is late. */
export function noReplyInTime(): Error {
  return Object.assign(new Error('no reply in time'), { code: 'CANDOR_RESPONSE_TIMEOUT' });
}
