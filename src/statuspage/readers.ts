import { BETTER_STACK } from './better-stack.ts';
import { FEED } from './feed.ts';
import { INCIDENT_IO } from './incident-io.ts';
import { INSTATUS } from './instatus.ts';
import type { Reader } from './reader.ts';
import { STATUSPAGE } from './statuspage-v2.ts';
import { UPTIME_KUMA } from './uptime-kuma.ts';

/**
 * All readers. A payload is read by the first that recognises its shape, whatever address it came
 * from and whatever the settings call the product.
 */
export const READERS: readonly Reader[] = [
  STATUSPAGE,
  INCIDENT_IO,
  INSTATUS,
  BETTER_STACK,
  UPTIME_KUMA,
  FEED,
];
