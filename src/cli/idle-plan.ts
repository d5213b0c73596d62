import { createAnswerer } from '../answer/answerer.ts';
import type { OwnTemplates } from '../answer/own-templates.ts';
import type { Settings } from '../config/settings.ts';
import { makePlan, type Plan } from '../gateway/plan.ts';
import type { ParentLog } from '../log.ts';
import { addressOf } from '../statuspage/address.ts';
import { Upstream } from '../upstream/upstream.ts';

/** The plan that a gateway would run by. Its upstreams are not started: nothing is asked or sent. */
export function idlePlan(settings: Settings, own: OwnTemplates = new Map()): Plan {
  const upstreams = new Map(
    Object.entries(settings.upstreams).map(([name, upstream]) => [
      name,
      new Upstream(upstream, { log: SILENT, onBelief: ignore, onRemoved: ignore }),
    ]),
  );
  const { statusPage } = settings;
  const answerer = createAnswerer({
    settings,
    own,
    statusPage: () =>
      statusPage === null
        ? { kind: 'none' }
        : { kind: 'unread', url: addressOf(statusPage.url).page },
    log: SILENT,
  });
  return makePlan(settings, upstreams, answerer);
}

function ignore(): void {}

/** Says nothing. */
export const SILENT: ParentLog = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => SILENT,
  repeated: () => ignore,
};
