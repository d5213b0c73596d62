import { hostOf, matchesHost } from '../config/host-pattern.ts';
import type { BrandSettings, Settings } from '../config/settings.ts';

/** Finds the brand that speaks to a request; null: the neutral one. */
export type BrandFinder = (host: string | undefined) => BrandSettings | null;

/** Hosts met so far. Bounded in number and length, because a client chooses them. */
const HOSTS_KEPT = 512;
const LONGEST_HOST = 260;

/** The first brand that names the host; where none does, the one that names no hosts at all. */
export function createBrandFinder({
  brand,
  brands,
}: Pick<Settings, 'brand' | 'brands'>): BrandFinder {
  const inOrder = brand === null ? brands : [...brands, brand];
  if (inOrder.every(({ hosts }) => hosts === null)) return () => brand;

  const rest = inOrder.find(({ hosts }) => hosts === null) ?? null;
  const known = new Map<string, BrandSettings | null>();
  return (host) => {
    if (host === undefined || host.length > LONGEST_HOST) return rest;
    const before = known.get(host);
    if (before !== undefined) return before; // Null is an answer, too.
    const comparable = hostOf(host);
    const found =
      inOrder.find(({ hosts }) => hosts?.some((pattern) => matchesHost(pattern, comparable))) ??
      rest;
    if (known.size >= HOSTS_KEPT) known.clear();
    known.set(host, found);
    return found;
  };
}
