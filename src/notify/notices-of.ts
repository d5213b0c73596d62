import type { Incident } from '../outage/incident.ts';
import type { PublishedIncident, StatusPageState } from '../statuspage/model.ts';
import type { News, Notice, Post, ToldIncident } from './notice.ts';

/** What is known besides the incident when its notices are made. */
export interface Surroundings {
  readonly now: number;
  readonly statusPage: StatusPageState;
  /** The status page's address for people, or null. */
  readonly pageUrl: string | null;
  readonly service: string | null;
  /** How often it is told that it goes on; null: never. */
  readonly everyMs: number | null;
}

/**
 * All that there is to tell of an incident by now, in order; the outbox leaves out what it has been
 * handed before. Pure, and each id is made of the incident alone, so that a program that has lost its
 * memory comes to the same ones.
 */
export function noticesOf(incident: Incident, around: Surroundings): Notice[] {
  const post = latestPost(incident, around.statusPage);
  const told = toldOf(incident);
  const make = (event: Notice['event'], end: string, news: News | null = null): Notice => ({
    id: `${incident.id}/${end}`,
    event,
    at: around.now,
    incident: told,
    news,
    service: around.service,
    statusPage: around.pageUrl,
    post,
  });
  return [
    make('opened', 'opened'),
    ...newsOf(incident, post, around).map((news) => make('updated', endOf(news), news)),
    ...(incident.resolvedAt === null ? [] : [make('resolved', `resolved-${incident.relapses}`)]),
  ];
}

function newsOf(incident: Incident, post: Post | null, { now, everyMs }: Surroundings): News[] {
  const { causes, relapses, startedAt, detectedAt, resolvedAt } = incident;
  const intervals = everyMs === null ? 0 : Math.floor((now - detectedAt) / everyMs);
  const isOpen = resolvedAt === null;
  return [
    ...causes.slice(1).map((cause): News => ({ kind: 'cause', cause })),
    // One that is over again is told as that.
    ...(relapses > 0 && isOpen ? [{ kind: 'relapse', number: relapses } as const] : []),
    // Older posts are about something else, or were made before it failed.
    ...(post !== null && isOpen && post.at > startedAt ? [{ kind: 'post', post } as const] : []),
    ...(intervals > 0 && isOpen ? [{ kind: 'goes_on', number: intervals } as const] : []),
  ];
}

function endOf(news: News): string {
  switch (news.kind) {
    case 'cause':
      return `cause-${news.cause}`;
    case 'relapse':
      return `relapse-${news.number}`;
    case 'post':
      return `post-${news.post.id}`;
    case 'goes_on':
      return `goes_on-${news.number}`;
  }
}

function toldOf(incident: Incident): ToldIncident {
  const { id, upstream, components, startedAt, detectedAt, resolvedAt, causes, relapses } =
    incident;
  return { id, upstream, components, startedAt, detectedAt, resolvedAt, causes, relapses };
}

/** The newest post of the incidents on the status page that are open and of this one's component. */
function latestPost(incident: Incident, state: StatusPageState): Post | null {
  const publication = 'publication' in state ? state.publication : null;
  if (publication === null) return null;
  const own = publication.components.find(({ name }) => incident.components.includes(name));
  const posts = publication.incidents
    .filter(({ state: word }) => word !== 'resolved')
    .filter(({ componentIds }) =>
      own === undefined || componentIds.length === 0 ? true : componentIds.includes(own.id),
    )
    .flatMap(postOf);
  return posts.toSorted((one, other) => other.at - one.at)[0] ?? null;
}

function postOf({ name, url, updates }: PublishedIncident): Post[] {
  const [latest] = updates;
  if (latest === undefined) return [];
  const { id, rawStatus, text, at } = latest;
  return [{ id, incident: name, status: rawStatus, text, url, at }];
}
