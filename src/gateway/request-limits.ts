import { countUp } from './counts.ts';
import { OVERLOAD } from './matter.ts';
import { BODY_TOO_LONG } from './refusal.ts';
import type { Visit } from './visit.ts';

/** Ends a request whose head alone asks for more than one may have: true where it did. */
export function endedByLimits(visit: Visit): boolean {
  const { head, counts, plan } = visit;
  if ((head.contentLength ?? 0) > visit.mostBodyBytes) {
    visit.refuse(BODY_TOO_LONG);
    return true;
  }
  if (head.upgrade === null || counts.tunnels < plan.settings.limits.tunnels) return false;
  countUp(counts.limited, 'tunnels');
  visit.say(OVERLOAD);
  return true;
}
