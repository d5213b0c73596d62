import { AddressBook, type Addresses } from './address-book.ts';
import type { Findings } from './discovery.ts';
import type { ServiceRecord } from './dns-records.ts';
import type { NameServers } from './name-servers.ts';

/** Where a service is to be found, by its SRV records. */
export interface Places extends Pick<Findings, 'error' | 'freshMs' | 'isDecided'> {
  readonly places: readonly Place[];
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** The target of a service that "is decidedly not available at this domain" (RFC 2782). */
const NO_TARGET: ReadonlySet<string> = new Set(['', '.']);

/**
 * The SRV records of one name: of those with the lowest priority that has any address, the addresses
 * of their targets. Weights are not used: the endpoints' own load says more than a number in a zone.
 */
export class ServiceRecords {
  readonly #servers: NameServers;
  readonly #name: string;
  readonly #books = new Map<string, AddressBook>();
  #last: readonly Place[] = [];

  constructor(servers: NameServers, name: string) {
    this.#servers = servers;
    this.#name = name;
  }

  async ask(stop: AbortSignal): Promise<Places> {
    const reply = await this.#servers.services(this.#name, stop);
    if ('code' in reply) return this.#keep(reply.code);
    const records = reply.records.filter(({ target }) => !NO_TARGET.has(target));
    this.#forgetOthers(records);
    let error: string | null = null;
    for (const group of byPriority(records)) {
      const found = await this.#resolve(group, stop);
      error ??= found.error;
      if (found.places.length === 0) continue;
      this.#last = found.places;
      return { ...found, isDecided: false };
    }
    if (error !== null) return this.#keep(error);
    this.#last = [];
    // Records that all name no target are somebody's word, the absence of records is not.
    const isDecided = reply.records.length > 0 && records.length === 0;
    return { places: [], error, freshMs: null, isDecided };
  }

  #keep(error: string): Places {
    return { places: this.#last, error, freshMs: null, isDecided: false };
  }

  /** The addresses of targets of one priority. It is an error when no target's question was answered. */
  async #resolve(
    records: readonly ServiceRecord[],
    stop: AbortSignal,
  ): Promise<Omit<Places, 'isDecided'>> {
    const given = new Map(records.map(({ target, addresses }) => [target, addresses]));
    const targets = [...given.keys()];
    const asked = await Promise.all(
      targets.map((target) => this.#bookOf(target).ask(stop, given.get(target))),
    );
    const found = new Map(targets.map((target, index) => [target, asked[index]]));
    const places = records.flatMap(({ target, port }) =>
      (found.get(target)?.addresses ?? []).map((address) => ({ address, port })),
    );
    return { places, error: errorOf(asked), freshMs: freshnessOf([...records, ...asked]) };
  }

  #bookOf(name: string): AddressBook {
    const known = this.#books.get(name);
    if (known !== undefined) return known;
    const book = new AddressBook(this.#servers, name);
    this.#books.set(name, book);
    return book;
  }

  #forgetOthers(records: readonly ServiceRecord[]): void {
    const targets = new Set(records.map(({ target }) => target));
    for (const name of this.#books.keys()) if (!targets.has(name)) this.#books.delete(name);
  }
}

function byPriority(records: readonly ServiceRecord[]): ServiceRecord[][] {
  const groups = Map.groupBy(records, ({ priority }) => priority);
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => group);
}

/** One target that failed among others that answered keeps what is known of it, and is no failure. */
function errorOf(asked: readonly Addresses[]): string | null {
  const isAnswered = asked.some(({ addresses, error }) => error === null && addresses.length > 0);
  return isAnswered ? null : (asked.find(({ error }) => error !== null)?.error ?? null);
}

/** That of the shortest-lived: of a list, or of an address that it leads to. */
function freshnessOf(found: readonly Pick<Addresses, 'freshMs'>[]): number | null {
  const times = found.map(({ freshMs }) => freshMs).filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
