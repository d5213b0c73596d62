/** How much clients have open, by the network that they come from. */
export class NetworkCounts {
  readonly #open = new Map<string, number>();

  /** How much one address has open, with all that is counted as one with it. */
  of(address: string): number {
    return this.#open.get(networkOf(address)) ?? 0;
  }

  opened(address: string): void {
    const network = networkOf(address);
    this.#open.set(network, (this.#open.get(network) ?? 0) + 1);
  }

  closed(address: string): void {
    const network = networkOf(address);
    const left = (this.#open.get(network) ?? 0) - 1;
    if (left > 0) this.#open.set(network, left);
    else this.#open.delete(network);
  }
}

/**
 * What counts as one client: an IPv4 address, or the first 64 bits of an IPv6 one, for that is the least
 * that a site gets (RFC 6177, section 2), and all of it is one client's to choose from.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groups = before === '' ? [] : before.split(':');
  if (after !== undefined) {
    const last = after === '' ? [] : after.split(':');
    while (groups.length + last.length < 8) groups.push('0');
    groups.push(...last);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
