import { setTimeout as delay } from 'node:timers/promises';
import type { NotifyTarget } from '../config/settings.ts';
import type { Notice } from './notice.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Message, Reply } from './post.ts';
import {
  foundIncident,
  hasName,
  type PageIncident,
  readIncidents,
  statusOf,
} from './statuspage-replies.ts';
import { publicTextOf, publicTitleOf } from './statuspage-words.ts';
import type { Thread } from './thread.ts';

type PageTarget = NotifyTarget & { readonly kind: 'statuspage' };

/** What was done to the page for one incident, so that it and nothing else is undone. */
interface Done {
  /** `ours`: the component's status was set; `theirs`: somebody had set it before. */
  readonly component?: 'ours' | 'theirs' | undefined;
  /** The id of the incident that was posted, or null where people had posted one before. */
  readonly incident?: string | null | undefined;
  readonly hasDraft?: boolean | undefined;
}

/** Statuspage lets a key ask once a second. */
const APART_MS = 1_000;
const DOWN = 'major_outage';
const WELL = 'operational';

/** What the page would not do; carries what that means for the notice. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('the page refused');
    this.outcome = outcome;
  }
}

/**
 * Sets a component's status, and posts an incident or makes a draft of it, by the management API of
 * Atlassian Statuspage.
 *
 * It undoes what it did and nothing else: a status that people set, an incident that they opened, and
 * one of its own that they have posted to since, are left to them.
 */
export class StatuspagePublisher {
  readonly #target: PageTarget;
  readonly #post: (message: Message) => Promise<Reply>;
  readonly #apartMs: number;
  /** On the monotonic clock. */
  #nextAt = 0;

  constructor(
    target: PageTarget,
    post: (message: Message) => Promise<Reply>,
    apartMs: number = APART_MS,
  ) {
    this.#target = target;
    this.#post = post;
    this.#apartMs = apartMs;
  }

  /** Never rejects for what a page can do wrong. Done again after a failure, it goes on where it was. */
  async publish(notice: Notice, { memory, remember }: Thread): Promise<Outcome> {
    let done: Done = memory === null ? {} : JSON.parse(memory);
    const note = async (more: Done): Promise<void> => {
      done = { ...done, ...more };
      await remember(JSON.stringify(done));
    };
    try {
      if (notice.event === 'test') await this.#ask('GET', '');
      else if (notice.event === 'resolved') await this.#undo(notice, done, note);
      else await this.#tell(notice, done, note);
      return { kind: 'sent', status: 200, text: '' };
    } catch (error) {
      if (error instanceof Refused) return error.outcome;
      throw error;
    }
  }

  async #tell(notice: Notice, done: Done, note: (more: Done) => Promise<void>): Promise<void> {
    if (done.component === undefined) await this.#setDown(notice, note);
    const { incident } = this.#target;
    if (incident === 'draft' && done.hasDraft !== true) await this.#draft(notice, note);
    if (incident !== 'published') return;
    if (done.incident === undefined) return await this.#open(notice, note);
    const goesOn = notice.news?.kind === 'goes_on' || notice.news?.kind === 'relapse';
    if (goesOn && done.incident !== null)
      await this.#update(notice, done.incident, 'investigating');
  }

  async #setDown({ incident }: Notice, note: (more: Done) => Promise<void>): Promise<void> {
    const component = this.#componentOf(incident.upstream);
    if (component === null) return;
    const status = statusOf(await this.#ask('GET', `/components/${component}`));
    if (status !== WELL) return await note({ component: 'theirs' });
    // Noted first: after a crash in between it is put back rather than left for good.
    await note({ component: 'ours' });
    await this.#setStatus(component, DOWN);
  }

  async #open(notice: Notice, note: (more: Done) => Promise<void>): Promise<void> {
    const open = await this.#openIncidents();
    const own = open.find(({ candorId }) => candorId === notice.incident.id);
    if (own !== undefined) return await note({ incident: own.id });
    const component = this.#componentOf(notice.incident.upstream);
    if (open.some((one) => isPeoples(one, component))) return await note({ incident: null });
    const posted = await this.#ask('POST', '/incidents', {
      incident: {
        name: publicTitleOf(notice),
        status: 'investigating',
        body: publicTextOf(notice),
        ...(component === null
          ? {}
          : { component_ids: [component], components: { [component]: DOWN } }),
        metadata: { candor: { incident: notice.incident.id, updates: 1 } },
      },
    });
    await note({ incident: foundIncident(posted)?.id ?? null });
  }

  async #draft(notice: Notice, note: (more: Done) => Promise<void>): Promise<void> {
    const component = this.#componentOf(notice.incident.upstream);
    const name = `Draft of ${notice.incident.id}`;
    const drafts = await this.#ask('GET', '/incident_templates?per_page=100');
    if (hasName(drafts, name)) return await note({ hasDraft: true });
    await this.#ask('POST', '/incident_templates', {
      template: {
        name,
        title: publicTitleOf(notice),
        body: publicTextOf(notice),
        update_status: 'investigating',
        ...(component === null ? {} : { component_ids: [component] }),
      },
    });
    await note({ hasDraft: true });
  }

  /** Updates the incident that was posted, unless people have taken it over. */
  async #update(notice: Notice, id: string, status: 'investigating' | 'resolved'): Promise<void> {
    const found = foundIncident(await this.#ask('GET', `/incidents/${id}`));
    if (found === null || found.candorId !== notice.incident.id) return;
    if (found.isResolved || found.updates > found.candorUpdates) return;
    const updates = found.updates + 1;
    await this.#ask('PATCH', `/incidents/${id}`, {
      incident: {
        status,
        body: publicTextOf(notice),
        metadata: { candor: { incident: notice.incident.id, updates } },
      },
    });
  }

  async #undo(notice: Notice, done: Done, note: (more: Done) => Promise<void>): Promise<void> {
    if (typeof done.incident === 'string') {
      await this.#update(notice, done.incident, 'resolved');
    }
    const component = this.#componentOf(notice.incident.upstream);
    if (component !== null && done.component === 'ours') await this.#setWell(component);
    // Trouble that comes back is told from the beginning.
    await note({ component: undefined, incident: undefined });
  }

  async #setWell(component: string): Promise<void> {
    const status = statusOf(await this.#ask('GET', `/components/${component}`));
    if (status !== DOWN) return;
    const open = await this.#openIncidents();
    // An incident that people have opened on it, or taken over, is theirs to end.
    if (open.some(({ componentIds }) => componentIds.includes(component))) return;
    await this.#setStatus(component, WELL);
  }

  async #setStatus(component: string, status: string): Promise<void> {
    await this.#ask('PATCH', `/components/${component}`, { component: { status } });
  }

  async #openIncidents(): Promise<readonly PageIncident[]> {
    return readIncidents(await this.#ask('GET', '/incidents/unresolved'));
  }

  #componentOf(upstream: string): string | null {
    const { components } = this.#target;
    return Object.hasOwn(components, upstream) ? (components[upstream] ?? null) : null;
  }

  async #ask(method: Message['method'], path: string, body?: unknown): Promise<unknown> {
    const { url, page, apiKey } = this.#target;
    await delay(Math.max(0, this.#nextAt - performance.now()));
    const reply = await this.#post({
      method,
      url: `${url.replace(/\/$/, '')}/pages/${page}${path}`,
      headers: { authorization: `OAuth ${apiKey}`, 'content-type': 'application/json' },
      body,
    });
    this.#nextAt = performance.now() + this.#apartMs;
    const outcome = outcomeOf(reply);
    if (outcome.kind === 'failed') throw new Refused(outcome);
    return parsed(outcome.text);
  }
}

/** Whether people have opened it, about this component or about no one in particular. */
function isPeoples({ candorId, componentIds }: PageIncident, component: string | null): boolean {
  if (candorId !== null) return false;
  return component === null || componentIds.length === 0 || componentIds.includes(component);
}

/** undefined for what is no JSON: whoever reads it finds nothing there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
