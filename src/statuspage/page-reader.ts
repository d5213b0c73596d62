import { Agent } from 'undici';
import { addressOf, type PageAddress } from './address.ts';
import { FollowedIncidents } from './followed-incidents.ts';
import type { Format, Publication } from './model.ts';
import { type ReadFailure, type ReadOutcome, readDocument } from './read-document.ts';
import type { Reader } from './reader.ts';
import { READERS } from './readers.ts';
import type { PageFacts } from './v2-incident.ts';

const TIMEOUT_MS = 5_000;
/** All places of a page are tried no more often than this. */
const SEARCH_APART_MS = 10 * 60_000;
/** After so many readings that found something else where the document was, it is looked for again. */
const MOST_LOST = 3;

/** What the settings say of the page. */
export interface PageOptions {
  readonly url: string;
  readonly format: Format | 'auto';
}

/** What the reader of a page is given. */
export interface PageReaderDeps {
  /** Candor's version, for the `User-Agent`. */
  readonly version: string | undefined;
  readonly now: () => number;
}

/** What came of reading a page. */
export type PageReading =
  | {
      readonly kind: 'read';
      readonly publication: Publication;
      /** Where it was read, without what could be a secret in its query. */
      readonly document: string;
    }
  | ReadFailure;

/** A document that was read well, with the tag to ask for changes of it. */
interface LastDocument {
  readonly publication: Publication;
  readonly etag: string | null;
  readonly reader: Reader;
}

/**
 * Reads what one status page publishes: finds where its document is, remembers the place, and asks
 * for the second document of a format that has two.
 *
 * No more than ten requests are made to find the place, at most every ten minutes; otherwise a
 * reading is one request, or two. Ends with its disposal, and a running reading with it.
 */
export class PageReader implements AsyncDisposable {
  readonly #deps: PageReaderDeps;
  readonly #address: PageAddress;
  // One small document now and then: what HTTP/2 is for is not needed, so its ways to fail are not either.
  readonly #agent = new Agent({
    connect: { timeout: TIMEOUT_MS },
    connections: 1,
    allowH2: false,
  });
  readonly #stop = new AbortController();
  readonly #followed = new FollowedIncidents();
  #found: URL | null = null;
  /** It was in another place before, which is still the better one. */
  #hasMoved = false;
  #lost = 0;
  #searchedAt: number | null = null;
  #last: LastDocument | null = null;

  constructor({ url, format }: PageOptions, deps: PageReaderDeps) {
    this.#deps = deps;
    this.#address = addressOf(url, format);
  }

  /** The page for people. */
  get page(): string {
    return this.#address.page;
  }

  /** True once it is disposed of: what a reading says then is of no meaning. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Reads the page. Never rejects: whatever a page can do wrong comes back as `failed`. */
  async read(isTroubled: boolean): Promise<PageReading> {
    const reading = await this.#readAnyOf(this.#documentsToAsk());
    if (reading.kind === 'failed' || this.isStopped) return reading;
    return { ...reading, publication: await this.#follow(reading.publication, isTroubled) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#agent.destroy();
  }

  /** The place that is known; all of them where none is, or where it looks as if it had moved. */
  #documentsToAsk(): readonly [URL, ...URL[]] {
    const now = this.#deps.now();
    const [first, ...others] = this.#address.documents;
    const isLost = this.#found === null || this.#hasMoved || this.#lost >= MOST_LOST;
    const isDue = this.#searchedAt === null || now - this.#searchedAt >= SEARCH_APART_MS;
    if (!isLost || !isDue || others.length === 0) return [this.#found ?? first];
    this.#searchedAt = now;
    return [first, ...others];
  }

  async #readAnyOf([first, ...others]: readonly [URL, ...URL[]]): Promise<PageReading> {
    const reading = await this.#readAt(first);
    let latest = reading;
    for (const document of others) {
      if (latest.kind === 'read' || this.isStopped) return latest;
      if (!isElsewhere(latest)) {
        this.#searchedAt = null; // Not a word of where it is: the search is still to be made.
        return latest;
      }
      latest = await this.#readAt(document);
    }
    // What is wrong at the likeliest place tells an operator more than the last place does.
    return latest.kind === 'read' ? latest : reading;
  }

  async #readAt(document: URL): Promise<PageReading> {
    const isKnown = document.href === this.#found?.href;
    const outcome = await this.#ask(document, isKnown ? (this.#last?.etag ?? null) : null);
    const read = await this.#publicationOf(outcome, document);
    const place = `${document.origin}${document.pathname}`;
    const reading =
      'kind' in read ? read : ({ kind: 'read', publication: read, document: place } as const);
    if (reading.kind === 'read') this.#remember(document);
    else if (isKnown) this.#lost = isElsewhere(reading) ? this.#lost + 1 : 0;
    return reading;
  }

  #remember(document: URL): void {
    const [first] = this.#address.documents;
    if (this.#found !== null && this.#found.href !== document.href) {
      this.#hasMoved = document.href !== first.href;
    }
    this.#found = document;
    this.#lost = 0;
  }

  async #publicationOf(outcome: ReadOutcome, document: URL): Promise<Publication | ReadFailure> {
    if (outcome.kind === 'failed') return outcome;
    if (outcome.kind === 'unchanged') {
      // Only a tag of ours brings a 304, and with the tag we keep what came with it.
      return this.#last?.publication ?? NOT_READ;
    }
    const { payload, etag } = outcome;
    for (const reader of READERS) {
      const publication = reader.read(payload, this.#facts());
      if (publication === null) continue;
      const second = reader.companionOf?.(payload, document) ?? null;
      const companion = second === null ? undefined : await this.#payloadAt(second);
      const whole = companion === undefined ? null : reader.read(payload, this.#facts(), companion);
      // With half of it elsewhere the document's tag says nothing of the whole.
      this.#last = {
        publication: whole ?? publication,
        etag: second === null ? etag : null,
        reader,
      };
      return this.#last.publication;
    }
    return NOT_READ;
  }

  /** Adds the incidents that have ended since they were seen open. */
  async #follow(publication: Publication, isTroubled: boolean): Promise<Publication> {
    const { reader } = this.#last ?? {};
    if (this.#followed.take(publication)) {
      const place = this.#found === null ? null : (reader?.historyOf?.(this.#found) ?? null);
      const payload = place === null ? undefined : await this.#payloadAt(place);
      const history = payload === undefined ? null : reader?.read(payload, this.#facts());
      this.#followed.settle(publication, history ?? null, this.#deps.now());
    }
    return this.#followed.addTo(publication, this.#deps.now(), isTroubled);
  }

  async #payloadAt(document: URL): Promise<unknown> {
    const outcome = await this.#ask(document, null);
    return outcome.kind === 'read' ? outcome.payload : undefined;
  }

  #ask(document: URL, etag: string | null): Promise<ReadOutcome> {
    const { version } = this.#deps;
    return readDocument(document, {
      dispatcher: this.#agent,
      userAgent: `candor${version === undefined ? '' : `/${version}`} (status page reader)`,
      etag,
      timeoutMs: TIMEOUT_MS,
      stop: this.#stop.signal,
    });
  }

  #facts(): PageFacts {
    return { url: this.#address.page, readAt: this.#deps.now() };
  }
}

const NOT_READ: ReadFailure = {
  kind: 'failed',
  problem: 'not_statuspage',
  detail: 'shape',
  retryAfter: null,
};

/**
 * Whether a failure means that the document is in another place. One that says nothing of places,
 * such as a page that is ill, cannot be reached or asks for a pause, is no reason to ask for more.
 */
function isElsewhere(reading: PageReading): boolean {
  if (reading.kind === 'read' || reading.retryAfter !== null) return false;
  switch (reading.problem) {
    case 'http_status':
      return !/^(?:429|5)/.test(reading.detail);
    case 'not_json':
    case 'not_statuspage':
    case 'too_large':
    case 'redirect_refused':
    case 'too_many_redirects':
    case 'compressed':
      return true;
    case 'timeout':
    case 'unreachable':
      return false;
  }
}
