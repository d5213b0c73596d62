import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import type { NotifyTarget } from '../../src/config/settings.ts';
import type { Notice } from '../../src/notify/notice.ts';
import type { Outcome } from '../../src/notify/outcome.ts';
import { post } from '../../src/notify/post.ts';
import { StatuspagePublisher } from '../../src/notify/statuspage-publisher.ts';
import { type Behaviour, type Receiver, startReceiver, type Taken } from './receiver.ts';
import { target } from './samples.ts';

interface FakeIncident {
  readonly id: string;
  name: string;
  status: string;
  metadata: unknown;
  components: { id: string }[];
  incident_updates: { body: string }[];
}

/** Statuspage's management API as far as it is used, with one component, `c1`. */
export class FakePage {
  readonly receiver: Receiver;
  readonly incidents: FakeIncident[] = [];
  readonly templates: { name: string }[] = [];
  component = 'operational';
  /** What the next requests get in the place of what they ask for. */
  readonly faults: Behaviour[] = [];
  /** Thoughts that the gateway keeps between notices. */
  #memory: string | null = null;
  readonly #publisher: StatuspagePublisher;

  private constructor(receiver: Receiver, changes: Partial<NotifyTarget>, apartMs: number) {
    this.receiver = receiver;
    receiver.behave((taken) => this.faults.shift() ?? this.#answer(taken));
    const dispatcher = new Agent();
    const stop = new AbortController().signal;
    const url = new URL('/v1', receiver.url).href;
    this.#publisher = new StatuspagePublisher(
      target('statuspage', url, changes),
      (message) => post(message, { dispatcher, stop, userAgent: 'candor' }),
      apartMs,
    );
    onTestFinished(() => dispatcher.destroy());
  }

  /** Starts a page, and a publisher that tells it of notices; both end with the test. */
  static async start(changes: Partial<NotifyTarget> = {}, apartMs = 0): Promise<FakePage> {
    return new FakePage(await startReceiver(), changes, apartMs);
  }

  /** Tells the page of a notice, with what was kept of the notices before. */
  async tell(notice: Notice): Promise<Outcome> {
    const remember = async (memory: string) => {
      this.#memory = memory;
    };
    return await this.#publisher.publish(notice, { memory: this.#memory, remember });
  }

  /** Somebody opens an incident by hand. */
  open(components: string[]): FakeIncident {
    return this.#add({ name: 'By hand', body: 'We know.', component_ids: components });
  }

  /** What was changed on the page, in order. */
  get changes(): string[] {
    return this.receiver.taken
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replace('/v1/pages/p1', '')}`);
  }

  #answer({ method, path, body, headers }: Taken): Behaviour {
    if (headers.authorization !== 'OAuth key') return 401;
    const [, kind = '', id = ''] = path.replace('/v1/pages/p1', '').split('?')[0]?.split('/') ?? [];
    if (kind === '') return { status: 200, body: { id: 'p1' } };
    if (kind === 'components') {
      if (method === 'PATCH') this.component = body.component.status;
      return { status: 200, body: { id: 'c1', status: this.component } };
    }
    if (kind === 'incident_templates') {
      if (method === 'POST') this.templates.push(body.template);
      return { status: 200, body: this.templates };
    }
    if (id === 'unresolved') {
      return { status: 200, body: this.incidents.filter(({ status }) => status !== 'resolved') };
    }
    if (method === 'POST') return { status: 201, body: this.#add(body.incident) };
    const found = this.incidents.find((one) => one.id === id);
    if (found === undefined) return 404;
    if (method === 'PATCH') this.#change(found, body.incident);
    return { status: 200, body: found };
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the request has it
  #add({ name, status = 'investigating', body, metadata = {}, component_ids = [] }: any) {
    const components = component_ids.map((id: string) => ({ id }));
    const id = `i${this.incidents.length + 1}`;
    const made = { id, name, status, metadata, components, incident_updates: [{ body }] };
    this.incidents.push(made);
    return made;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the request has it
  #change(found: FakeIncident, { status, body, metadata }: any): void {
    found.status = status;
    found.metadata = metadata;
    found.incident_updates.unshift({ body });
  }
}
