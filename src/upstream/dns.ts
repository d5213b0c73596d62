import type { Discovery } from '../config/upstream-settings.ts';
import { AddressBook, type Addresses } from './address-book.ts';
import type { Findings, Source } from './discovery.ts';
import { nameServers } from './name-servers.ts';
import { systemLookUp } from './node-resolver.ts';
import { ServiceRecords } from './service-records.ts';

type DnsSettings = Extract<Discovery, { kind: 'dns' }>;

/**
 * Discovery by DNS: one endpoint for each A and AAAA record, as Swarm's `tasks.NAME` and Kubernetes'
 * headless services list them, or, without a port, for each address of the SRV records' targets.
 *
 * The name servers are asked directly, so that no cache stands between.
 */
export function discoverByDns(settings: DnsSettings): Source {
  const { port } = settings;
  return {
    ask: port === null ? askForServices(settings) : askForAddresses(settings, port),
    watch: null,
  };
}

function askForServices({ name, scheme, servers }: DnsSettings): Source['ask'] {
  const records = new ServiceRecords(nameServers(servers), name);
  return async (stop) => {
    const { places, ...rest } = await records.ask(stop);
    const urls = places.map(({ address, port }) => urlOf(scheme, address, port));
    return { urls: [...new Set(urls)].sort(), desired: null, ...rest };
  };
}

/**
 * Only a name that the name servers have never known is also looked up as the system does it (hosts
 * file, search domains): `localhost` works, and a service that was removed is not found again in some
 * other domain.
 */
function askForAddresses({ name, scheme, servers }: DnsSettings, port: number): Source['ask'] {
  const book = new AddressBook(nameServers(servers), name);
  const lookUp = servers.length > 0 ? null : systemLookUp(name);
  let lastLookUp: readonly string[] = [];
  let wasKnown = false;
  let listed: Pick<Findings, 'urls'> & Pick<Addresses, 'addresses'> = { addresses: [], urls: [] };

  const findings = ({ addresses, error, freshMs }: Addresses): Findings => {
    if (addresses !== listed.addresses) {
      const urls = addresses.map((address) => urlOf(scheme, address, port)).sort();
      listed = { addresses, urls };
    }
    const { urls } = listed;
    return { urls, error, freshMs, isDecided: false, desired: null };
  };
  return async (stop) => {
    const found = await book.ask(stop);
    wasKnown ||= found.addresses.length > 0;
    if (wasKnown || lookUp === null) return findings(found);
    const looked = await lookUp(stop);
    if ('code' in looked) {
      return findings({ addresses: lastLookUp, error: looked.code, freshMs: null });
    }
    lastLookUp = [...new Set(looked.records.map(({ address }) => address))];
    const error = lastLookUp.length > 0 ? null : found.error;
    return findings({ addresses: lastLookUp, error, freshMs: null });
  };
}

function urlOf(scheme: string, address: string, port: number): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
