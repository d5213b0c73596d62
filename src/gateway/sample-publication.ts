import type {
  Maintenance,
  Publication,
  PublishedIncident,
  StatusPageState,
  Update,
} from '../statuspage/model.ts';

/** What a status page says in a sample. */
export type SampleStory =
  | 'investigating'
  | 'monitoring'
  | 'resolved'
  | 'silent'
  | 'unreachable'
  | 'maintenance'
  | 'maintenance_open_end'
  | 'maintenance_late';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A status page of this address as it could read in such a moment; `since` is when the trouble began. */
export function samplePublication(
  url: string,
  story: SampleStory,
  { now, since }: { readonly now: number; readonly since: number },
): StatusPageState {
  const incident = incidentIn(story, url, since);
  const maintenance = sampleWork(story, now);
  const publication: Publication = {
    source: 'statuspage',
    url,
    pageUpdatedAt: now - MINUTE_MS,
    indicator: incident?.state === 'open' ? 'critical' : 'none',
    description: '',
    components: [],
    incidents: incident === null ? [] : [incident],
    maintenances: maintenance === null ? [] : [maintenance],
  };
  return story === 'unreachable'
    ? { kind: 'unreachable', url, publication, readAt: since - MINUTE_MS }
    : { kind: 'read', url, publication, readAt: now - 20_000 };
}

function incidentIn(story: SampleStory, url: string, since: number): PublishedIncident | null {
  if (story !== 'investigating' && story !== 'monitoring' && story !== 'resolved') return null;
  const updates = updatesUntil(story, since);
  const updatedAt = updates[0]?.at ?? since;
  return {
    id: 'sample',
    name: 'Sample: the application does not answer',
    state: story === 'investigating' ? 'open' : story,
    rawStatus: story,
    impact: 'critical',
    startedAt: since,
    updatedAt,
    resolvedAt: story === 'resolved' ? updatedAt : null,
    url: URL.parse('/incidents/sample', url)?.href ?? null,
    updates,
    componentIds: [],
  };
}

/** Newest first. */
function updatesUntil(story: 'investigating' | 'monitoring' | 'resolved', since: number): Update[] {
  const told: Update[] = [
    update('investigating', 'We are currently investigating this issue.', since + 5 * MINUTE_MS),
  ];
  if (story === 'investigating') return told;
  told.unshift(
    update(
      'identified',
      'The cause has been found, and a fix is being made.',
      since + 8 * MINUTE_MS,
    ),
    update('monitoring', 'A fix is in place. We are watching the results.', since + 11 * MINUTE_MS),
  );
  if (story === 'resolved') {
    told.unshift(update('resolved', 'This incident has been resolved.', since + 13 * MINUTE_MS));
  }
  return told.toSorted((left, right) => right.at - left.at);
}

/** The planned work of a story; null where it has none. */
export function sampleWork(story: SampleStory, now: number): Maintenance | null {
  const from = now - HOUR_MS;
  const until = {
    maintenance: now + 2 * HOUR_MS,
    maintenance_open_end: null,
    maintenance_late: now - 20 * MINUTE_MS,
  };
  if (!(story in until)) return null;
  return {
    id: 'sample',
    name: 'Sample: planned work',
    state: 'active',
    from,
    until: until[story as keyof typeof until], // What the line above has made sure of.
    updates: [update('in_progress', 'The planned work has started.', from)],
    componentIds: [],
  };
}

function update(rawStatus: string, text: string, at: number): Update {
  return { id: rawStatus, rawStatus, text, at };
}
