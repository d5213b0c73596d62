import type { SrvRecord } from 'node:dns';
import { getServers, lookup, Resolver } from 'node:dns/promises';

/** What one question got: records (none is an answer as well), or the code of why there is no answer. */
export type Reply<Item> =
  | {
      readonly records: readonly Item[];
      /** False: there is no such name (NXDOMAIN), which goes for every kind of record. */
      readonly isName: boolean;
    }
  | { readonly code: string };

/** One A or AAAA record. */
export interface AddressRecord {
  readonly address: string;
  /** How long it may be kept; null where nobody says. */
  readonly freshMs: number | null;
}

export type Family = 4 | 6;

/** Where names are resolved. Each question ends within about a second, and none rejects. */
export interface NameServers {
  addresses(name: string, family: Family, stop: AbortSignal): Promise<Reply<AddressRecord>>;
  /** SRV records; their time to live is not told. */
  services(name: string, stop: AbortSignal): Promise<Reply<SrvRecord>>;
}

/** Every question ends within this time, whatever the name server does. */
const LIMIT_MS = 1_000;

/** "There is no such name" and "no record of this kind": answers, not failures. */
const NO_NAME = 'ENOTFOUND';
const NO_RECORD = 'ENODATA';

/**
 * The configured name servers (`host:port`), or the system's where there are none. Nothing is cached.
 *
 * Upstreams share what asks the same servers: questions that leave together then share sockets, which
 * takes a third off the cost of each.
 */
export function nameServers(servers: readonly string[]): NameServers {
  const key = servers.join(' ');
  const known = SHARED.get(key);
  if (known !== undefined) return known;
  const created = newNameServers(servers);
  SHARED.set(key, created);
  return created;
}

/** As many as there are different lists in the settings of a program's life. */
const SHARED = new Map<string, NameServers>();

function newNameServers(servers: readonly string[]): NameServers {
  const { length: count } = servers.length > 0 ? servers : getServers();
  // Where there are several, each has to get its turn within the limit, the silent ones twice.
  const timeout = count > 1 ? Math.floor(LIMIT_MS / (2 * count)) : LIMIT_MS;
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    addresses: (name, family, stop) => {
      const question =
        family === 4
          ? resolver.resolve4(name, { ttl: true })
          : resolver.resolve6(name, { ttl: true });
      return bounded(question.then(withFreshness), stop);
    },
    services: (name, stop) => bounded(resolver.resolveSrv(name), stop),
  };
}

/**
 * Asks as the system resolves names: hosts file and search domains included. A lookup that hangs holds
 * a thread, so there is one at a time.
 */
export function systemLookUp(name: string): (stop: AbortSignal) => Promise<Reply<AddressRecord>> {
  let isBusy = false;
  return (stop) => {
    if (isBusy) return Promise.resolve({ code: 'ETIMEOUT' });
    isBusy = true;
    const question = lookup(name, { all: true, order: 'verbatim' })
      .then((found) => found.map(({ address }) => ({ address, freshMs: null })))
      .finally(() => {
        isBusy = false;
      });
    return bounded(question, stop);
  };
}

function withFreshness(
  records: readonly { readonly address: string; readonly ttl: number }[],
): AddressRecord[] {
  return records.map(({ address, ttl }) => ({ address, freshMs: ttl * 1000 }));
}

/** The answer as a value, within the limit. A question that `stop` cuts short ends by itself, unheard. */
function bounded<Item>(question: Promise<Item[]>, stop: AbortSignal): Promise<Reply<Item>> {
  const { promise, resolve } = Promise.withResolvers<Reply<Item>>();
  const timer = setTimeout(resolve, LIMIT_MS + 50, { code: 'ETIMEOUT' });
  const onStop = () => resolve({ code: 'ECANCELLED' });
  stop.addEventListener('abort', onStop, { once: true });
  question.then(
    (records) => resolve({ records, isName: true }),
    (error: NodeJS.ErrnoException) => resolve(replyOf(error.code ?? 'EUNKNOWN')),
  );
  return promise.finally(() => {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  });
}

function replyOf(code: string): Reply<never> {
  if (code === NO_NAME || code === NO_RECORD) return { records: [], isName: code === NO_RECORD };
  return { code };
}
