import { lookup, Resolver } from 'node:dns/promises';
import type { AddressRecord, Family, Reply, ServiceRecord } from './dns-records.ts';

/** Every question of Node's resolver ends within this time, whatever the name server does. */
const LIMIT_MS = 1_000;

/** "There is no such name" and "no record of this kind": answers, not failures. */
const NO_NAME = 'ENOTFOUND';
const NO_RECORD = 'ENODATA';

/** A or AAAA records, by Node's resolver: over TCP where a reply is too large for a datagram. */
export async function slowAddresses(
  servers: readonly string[],
  { name, family }: { readonly name: string; readonly family: Family },
  stop: AbortSignal,
): Promise<Reply<AddressRecord>> {
  const resolver = newResolver(servers);
  const question =
    family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true });
  const records = question.then((found) =>
    found.map(({ address, ttl }) => ({ address, freshMs: ttl * 1_000 })),
  );
  return await bounded(records, stop);
}

/** SRV records, by Node's resolver, which tells neither their time to live nor what came with them. */
export async function slowServices(
  servers: readonly string[],
  name: string,
  stop: AbortSignal,
): Promise<Reply<ServiceRecord>> {
  const records = newResolver(servers)
    .resolveSrv(name)
    .then((found) => found.map(({ name: target, ...rest }) => ({ ...rest, ...UNTOLD, target })));
  return await bounded(records, stop);
}

const UNTOLD = { freshMs: null, addresses: { 4: [], 6: [] } } as const;

function newResolver(servers: readonly string[]): Resolver {
  const { length: count } = servers.length > 0 ? servers : new Resolver().getServers();
  // Where there are several, each has to get its turn within the limit, the silent ones twice.
  const timeout = count > 1 ? Math.floor(LIMIT_MS / (2 * count)) : LIMIT_MS;
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
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
