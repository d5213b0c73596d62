import type { NoticeEvent } from '../config/settings.ts';
import type { Cause } from '../outage/cause.ts';
import type { Incident } from '../outage/incident.ts';

/** What is told of an incident: nothing of clients, and no address behind the gateway. */
export type ToldIncident = Pick<
  Incident,
  | 'id'
  | 'upstream'
  | 'components'
  | 'startedAt'
  | 'detectedAt'
  | 'resolvedAt'
  | 'causes'
  | 'relapses'
>;

/** The latest post on the status page that concerns the incident. */
export interface Post {
  readonly id: string;
  readonly incident: string;
  readonly status: string;
  readonly text: string;
  readonly url: string | null;
  readonly at: number;
}

/** Why an incident that is known is told again. */
export type News =
  | { readonly kind: 'cause'; readonly cause: Cause }
  | { readonly kind: 'relapse'; readonly number: number }
  | { readonly kind: 'post'; readonly post: Post }
  /** So many intervals have gone by since its start. */
  | { readonly kind: 'goes_on'; readonly number: number };

/** One thing to tell, whole: it is sent as it was when it came up, however late. */
export interface Notice {
  /** The same for the same news, whoever makes it and however often: what a receiver knows repeats by. */
  readonly id: string;
  readonly event: NoticeEvent | 'test';
  readonly at: number;
  readonly incident: ToldIncident;
  /** With `updated` alone. */
  readonly news: News | null;
  /** Who the brand says that is, or null. */
  readonly service: string | null;
  readonly statusPage: string | null;
  readonly post: Post | null;
}
