import { Resolver } from 'node:dns/promises';
import { SocketAddress } from 'node:net';
import { DnsAsker } from './dns-asker.ts';
import type { AddressRecord, Family, Reply, ServiceRecord } from './dns-records.ts';
import type { Told } from './dns-reply.ts';
import { slowAddresses, slowServices } from './node-resolver.ts';
import type { FoundRecord } from './plain-reply.ts';

/** Where names are resolved. Each question ends within about a second, and none rejects. */
export interface NameServers {
  addresses(name: string, family: Family, stop: AbortSignal): Promise<Reply<AddressRecord>>;
  services(name: string, stop: AbortSignal): Promise<Reply<ServiceRecord>>;
}

const TYPE_OF = { 4: 'A', 6: 'AAAA' } as const satisfies Record<Family, string>;

/**
 * The configured name servers (`host:port`), or the system's where there are none. Nothing is cached.
 *
 * They are asked by datagrams of our own (decision 9). Node's resolver is left what takes TCP, and what is
 * not understood here. Upstreams that ask the same servers share the sockets.
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
  const asker = new DnsAsker(() => (servers.length > 0 ? servers : systemServers()));
  return {
    addresses: async (name, family, stop) => {
      const told = await heard(asker.ask(name, TYPE_OF[family]), stop);
      if (told === null) return await slowAddresses(servers, { name, family }, stop);
      return 'code' in told ? told : { ...told, records: told.records.flatMap(addressOf) };
    },
    services: async (name, stop) => {
      const told = await heard(asker.ask(name, 'SRV'), stop);
      if (told === null) return await slowServices(servers, name, stop);
      return 'code' in told ? told : { ...told, records: servicesOf(told) };
    },
  };
}

/**
 * As the system has them at this moment. None where one is an address of the link, which Node tells
 * without the interface that it is on.
 */
function systemServers(): readonly string[] {
  const servers = new Resolver().getServers();
  return servers.some((server) => /^\[?fe80:/i.test(server)) ? [] : servers;
}

/** The answer, unless `stop` cuts the question short. It then ends by itself, unheard. */
function heard(question: Promise<Told | null>, stop: AbortSignal): Promise<Told | null> {
  const { promise, resolve } = Promise.withResolvers<Told | null>();
  const onStop = () => resolve({ code: 'ECANCELLED' });
  stop.addEventListener('abort', onStop, { once: true });
  void question.then(resolve); // It never rejects.
  return promise.finally(() => stop.removeEventListener('abort', onStop));
}

function addressOf({ record, freshMs }: FoundRecord): AddressRecord[] {
  if (record.type === 'A') return [{ address: record.data, freshMs }];
  if (record.type !== 'AAAA') return [];
  // Written as everybody else writes it: one address is one endpoint, however it was learnt.
  const { address } = new SocketAddress({ address: record.data, family: 'ipv6' });
  return [{ address, freshMs }];
}

function servicesOf({ records, beside }: Exclude<Told, { code: string }>): ServiceRecord[] {
  return records.flatMap(({ record, freshMs }) => {
    if (record.type !== 'SRV') return [];
    const { priority = 0, target, port } = record.data;
    const name = target.toLowerCase();
    const along = beside.filter((other) => other.record.name.toLowerCase() === name);
    const of = (type: string) => along.filter((other) => other.record.type === type);
    const addresses = { 4: of('A').flatMap(addressOf), 6: of('AAAA').flatMap(addressOf) };
    return [{ priority, target, port, freshMs, addresses }];
  });
}
