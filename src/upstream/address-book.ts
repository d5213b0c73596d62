import { isSameList } from '../same-list.ts';
import type { AddressRecord, Family, Reply, ServiceRecord } from './dns-records.ts';
import type { NameServers } from './name-servers.ts';

/** Where a name leads to. */
export interface Addresses {
  /** Each once; of a kind whose question failed, those of its last answer. The same object while they are the same. */
  readonly addresses: readonly string[];
  /** The code of a question that failed while no other brought an address. */
  readonly error: string | null;
  /** How long the shortest-lived record may be kept; null where nobody says. */
  readonly freshMs: number | null;
}

/** Records that nobody had to ask for: all of a kind, or none. */
type Given = ServiceRecord['addresses'];

const FAMILIES: readonly Family[] = [4, 6];
const NOTHING: Given = { 4: [], 6: [] };

/**
 * A name that has addresses of one kind seldom gets the other: it is asked for at each 30th turn, which
 * halves the questions of an upstream that is well.
 */
const BOTH_EACH_TURNS = 30;

/** The A and AAAA records of one name. Each kind keeps its last answer while its question fails. */
export class AddressBook {
  readonly #servers: NameServers;
  readonly #name: string;
  /** In an order of their own: servers tell them in another one each time. */
  readonly #known: Record<Family, readonly string[]> = { 4: [], 6: [] };
  #addresses: readonly string[] = [];
  #turn = 0;

  constructor(servers: NameServers, name: string) {
    this.#servers = servers;
    this.#name = name;
  }

  /** What is `given`, because it came with another answer, is not asked for, but for the turns for both. */
  async ask(stop: AbortSignal, given: Given = NOTHING): Promise<Addresses> {
    const isForBoth = this.#turn % BOTH_EACH_TURNS === 0;
    this.#turn += 1;
    const families = isForBoth ? FAMILIES : this.#inUse(given);
    const replies = await this.#askFor(families, stop, isForBoth ? NOTHING : given);
    if (families.length < FAMILIES.length && replies.every(isEmptyAndNamed)) {
      const others = FAMILIES.filter((family) => !families.includes(family));
      replies.push(...(await this.#askFor(others, stop, NOTHING)));
    }
    const addresses = this.#addresses;
    return { addresses, error: errorOf(replies, addresses), freshMs: freshnessOf(replies) };
  }

  #inUse(given: Given): readonly Family[] {
    const inUse = FAMILIES.filter(
      (family) => this.#known[family].length > 0 || given[family].length > 0,
    );
    return inUse.length === 0 ? FAMILIES : inUse;
  }

  async #askFor(
    families: readonly Family[],
    stop: AbortSignal,
    given: Given,
  ): Promise<Reply<AddressRecord>[]> {
    const ask = async (family: Family) => {
      const reply =
        given[family].length > 0
          ? { records: given[family], isName: true }
          : await this.#servers.addresses(this.#name, family, stop);
      if ('records' in reply) this.#learn(family, reply.records);
      return reply;
    };
    return await Promise.all(families.map(ask));
  }

  /** The usual answer is the last one again, every second for each name: nothing is made of it. */
  #learn(family: Family, records: readonly AddressRecord[]): void {
    const addresses = records.map(({ address }) => address).sort();
    if (isSameList(addresses, this.#known[family])) return;
    this.#known[family] = addresses;
    this.#addresses = [...new Set([...this.#known[4], ...this.#known[6]])];
  }
}

function isEmptyAndNamed(reply: Reply<unknown>): boolean {
  return 'records' in reply && reply.records.length === 0 && reply.isName;
}

/**
 * A question that failed matters only while no other brought an address. "No such name" goes for both
 * kinds: where nothing is left to keep, it outranks the failure of the other.
 */
function errorOf(
  replies: readonly Reply<AddressRecord>[],
  addresses: readonly string[],
): string | null {
  const answers = replies.filter((reply) => 'records' in reply);
  if (answers.some(({ records }) => records.length > 0)) return null;
  if (addresses.length === 0 && answers.some(({ isName }) => !isName)) return null;
  return replies.map((reply) => ('code' in reply ? reply.code : null)).find(Boolean) ?? null;
}

function freshnessOf(replies: readonly Reply<AddressRecord>[]): number | null {
  const records = replies.flatMap((reply) => ('records' in reply ? reply.records : []));
  const times = records.map(({ freshMs }) => freshMs).filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
