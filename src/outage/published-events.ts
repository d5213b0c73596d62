import type { TimelineEvent } from './timeline.ts';

/** What a status page publishes of one matter, incident or planned work. */
interface Published {
  readonly id: string;
  readonly name: string;
  readonly updates: readonly {
    readonly id: string;
    readonly rawStatus: string;
    readonly text: string;
    readonly at: number;
  }[];
}

/** What is known of the status page: the part that the time line is made of. */
export interface PublishedState {
  readonly kind: 'none' | 'unread' | 'read' | 'unreachable';
  readonly publication?: {
    readonly incidents: readonly Published[];
    readonly maintenances: readonly Published[];
  } | null;
}

/** An event, and what it is known by, so that it is recorded once however often it is read. */
interface KeyedEvent {
  readonly event: TimelineEvent;
  readonly key: string | null;
}

/** Older postings belong to no incident of ours that is still to come. */
const RECENT_MS = 24 * 3_600_000;
const LONGEST_TEXT = 2_000;

/** What has happened on a status page between two states of it, and what it posted of late. */
export function publishedEvents(
  state: PublishedState,
  previous: PublishedState['kind'],
  now: number,
): KeyedEvent[] {
  const events: KeyedEvent[] = [];
  if (state.kind === 'unreachable' && previous !== 'unreachable') {
    events.push(told(now, 'The status page could not be read.', { event: 'unreachable' }));
  }
  if (state.kind === 'read' && previous === 'unreachable') {
    events.push(told(now, 'The status page could be read again.', { event: 'read' }));
  }
  if (state.kind !== 'read') return events;
  const { incidents = [], maintenances = [] } = state.publication ?? {};
  return [...events, ...[...incidents, ...maintenances].flatMap((one) => postings(one, now))];
}

function postings({ id, name, updates }: Published, now: number): KeyedEvent[] {
  return updates
    .filter(({ at }) => at > now - RECENT_MS && at <= now)
    .map(({ id: update, rawStatus, text, at }) => {
      const words = `${name}: ${rawStatus}. ${text}`.slice(0, LONGEST_TEXT);
      const details = { event: 'posted', incident: id, name, status: rawStatus, text };
      return { ...told(at, words, details), key: `status_page ${id} ${update} ${rawStatus}` };
    });
}

function told(at: number, words: string, details: TimelineEvent['details']): KeyedEvent {
  const source = 'status_page';
  return { event: { at, kind: 'status_page', source, upstream: null, words, details }, key: null };
}
