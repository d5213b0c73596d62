import { pageForPeople } from '../answer/published.ts';
import type { Settings } from '../config/settings.ts';

/** The reason of a Close frame takes no more than 123 bytes (RFC 6455, section 5.5). */
const LONGEST_REASON = 123;

/** What UX.md, section 5, has open WebSockets told. */
export function closeReason(statusPage: Settings['statusPage']): string {
  const url = pageForPeople(statusPage);
  const reason = `outage ${url}`;
  return url === null || Buffer.byteLength(reason) > LONGEST_REASON ? 'outage' : reason;
}
