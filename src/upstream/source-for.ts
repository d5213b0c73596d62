import type { Discovery } from '../config/settings.ts';
import type { Source } from './discovery.ts';
import { discoverByDns } from './dns.ts';

/** How the endpoints are found that the settings name; null where they are listed there. */
export function sourceFor(discovery: Discovery): Source | null {
  switch (discovery.kind) {
    case 'static':
      return null;
    case 'dns':
      return discoverByDns(discovery);
    case 'swarm':
      return null;
  }
}
