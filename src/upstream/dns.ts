import { getServers, lookup, Resolver } from 'node:dns/promises';
import type { Discovery } from '../config/settings.ts';
import type { Findings, Source } from './discovery.ts';

type DnsSettings = Extract<Discovery, { kind: 'dns' }>;
/** What one question got: addresses (none is an answer as well), or the code of why there is no answer. */
type Reply = { readonly addresses: readonly string[] } | { readonly code: string };
type Ask = (stop: AbortSignal) => Promise<Reply>;

/** Every question ends within this time, whatever the resolver does. */
const LIMIT_MS = 1_000;

/** "There is no such name" and "no address of this kind": answers, not failures. */
const NEGATIVE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Discovery by A and AAAA records: one endpoint an address, as Swarm's `tasks.NAME` and Kubernetes'
 * headless services list them.
 *
 * The name servers are asked directly, so that no cache stands between. Only a name that they have
 * never known is also looked up as the system does it (hosts file, search domains): `localhost` works,
 * and a service that was removed is not found again in some other domain. Each kind of address keeps
 * its last answer while its question fails.
 */
export function discoverByDns(settings: DnsSettings): Source {
  const { askA, askAaaa } = resolverOf(settings);
  const lookUp = settings.servers.length > 0 ? null : lookUpOf(settings.name);
  let [lastA, lastAaaa, lastLookUp]: (readonly string[])[] = [];
  let wasKnown = false;

  const ask: Source['ask'] = async (stop) => {
    const [a, aaaa] = await Promise.all([askA(stop), askAaaa(stop)]);
    lastA = addressesOf(a) ?? lastA ?? [];
    lastAaaa = addressesOf(aaaa) ?? lastAaaa ?? [];
    wasKnown ||= lastA.length + lastAaaa.length > 0;
    if (wasKnown || lookUp === null) {
      return findings(urlsOf(settings, [...lastA, ...lastAaaa]), errorOf(a, aaaa));
    }
    const looked = await lookUp(stop);
    lastLookUp = addressesOf(looked) ?? lastLookUp ?? [];
    const isFound = (addressesOf(looked) ?? []).length > 0;
    const error = isFound ? null : (errorOf(looked) ?? errorOf(a, aaaa));
    return findings(urlsOf(settings, lastLookUp), error);
  };
  return { ask, watch: null };
}

function findings(urls: readonly string[], error: string | null): Findings {
  return { urls, error, freshMs: null, isDecided: false, desired: null };
}

/** Asks the configured name servers, or the system's, each once a question. */
function resolverOf({ name, servers }: DnsSettings): { askA: Ask; askAaaa: Ask } {
  const { length: count } = servers.length > 0 ? servers : getServers();
  // Where there are several, each has to get its turn within the limit, the silent ones twice.
  const timeout = count > 1 ? Math.floor(LIMIT_MS / (2 * count)) : LIMIT_MS;
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  return {
    askA: (stop) => bounded(resolver.resolve4(name), { stop, cancel }),
    askAaaa: (stop) => bounded(resolver.resolve6(name), { stop, cancel }),
  };
}

/** Asks as the system resolves names. A lookup that hangs holds a thread, so there is one at a time. */
function lookUpOf(name: string): Ask {
  let isBusy = false;
  return (stop) => {
    if (isBusy) return Promise.resolve({ code: 'ETIMEOUT' });
    isBusy = true;
    const question = lookup(name, { all: true, order: 'verbatim' })
      .then((found) => found.map(({ address }) => address))
      .finally(() => {
        isBusy = false;
      });
    return bounded(question, { stop, cancel: () => undefined });
  };
}

/** The answer as a value, within the limit; `cancel` frees the sockets of a question that `stop` cuts short. */
function bounded(
  question: Promise<string[]>,
  { stop, cancel }: { stop: AbortSignal; cancel: () => void },
): Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const timer = setTimeout(resolve, LIMIT_MS + 50, { code: 'ETIMEOUT' });
  const onStop = () => {
    cancel();
    resolve({ code: 'ECANCELLED' });
  };
  stop.addEventListener('abort', onStop, { once: true });
  question.then(
    (addresses) => resolve({ addresses }),
    (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'EUNKNOWN';
      resolve(NEGATIVE.has(code) ? { addresses: [] } : { code });
    },
  );
  return promise.finally(() => {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  });
}

function addressesOf(reply: Reply): readonly string[] | null {
  return 'addresses' in reply ? reply.addresses : null;
}

/** A question that failed matters only while no other brought an address. */
function errorOf(...replies: readonly Reply[]): string | null {
  if (replies.some((reply) => (addressesOf(reply)?.length ?? 0) > 0)) return null;
  return replies.map((reply) => ('code' in reply ? reply.code : null)).find(Boolean) ?? null;
}

function urlsOf({ scheme, port }: DnsSettings, addresses: readonly string[]): string[] {
  const hosts = addresses.map((address) => (address.includes(':') ? `[${address}]` : address));
  return [...new Set(hosts)].sort().map((host) => `${scheme}://${host}:${port}`);
}
