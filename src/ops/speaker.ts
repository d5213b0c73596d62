import { pageForPeople } from '../answer/published.ts';
import type { Settings } from '../config/settings.ts';
import type { Speaker } from '../outage/report/model.ts';

/** In whose name a report is written: the brand that speaks everywhere, or else the only one there is. */
export function speakerOf(
  { brand, brands, statusPage }: Pick<Settings, 'brand' | 'brands' | 'statusPage'>,
  version: string,
): Speaker {
  const [first = null, ...others] = brands;
  const speaking = brand ?? (others.length === 0 ? first : null);
  return {
    name: speaking?.name ?? null,
    timeZone: speaking?.timeZone ?? 'UTC',
    statusPage: pageForPeople(statusPage),
    version,
  };
}
