import type { UpstreamSettings } from '../config/upstream-settings.ts';
import type { Log } from '../log.ts';
import type { Source } from './discovery.ts';
import { discoverByDns } from './dns.ts';
import { discoverBySwarm } from './swarm.ts';

/** How the endpoints are found that the settings name; null where they are listed there. */
export function sourceFor(
  { name: upstream, discovery }: Pick<UpstreamSettings, 'name' | 'discovery'>,
  log: Log,
): Source | null {
  switch (discovery.kind) {
    case 'static':
      return null;
    case 'dns':
      return discoverByDns(discovery);
    case 'swarm':
      return discoverBySwarm(discovery, { upstream, log });
  }
}
