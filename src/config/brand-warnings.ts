import { coversHost } from './host-pattern.ts';
import { type PaleColors, paletteOf, RATIO } from './palette.ts';
import { type Finding, pathText, quoted, type SettingPath } from './problem.ts';
import type { BrandSettings, Settings } from './settings.ts';

/** What of the brands does not happen: hosts that an earlier one speaks for, colours that cannot be read. */
export function brandWarnings({ brand, brands }: Settings): readonly Finding[] {
  const placed = [
    ...brands.map((one, index) => ({ brand: one, path: ['brands', index] })),
    ...(brand === null ? [] : [{ brand, path: ['brand'] }]),
  ];
  return [
    ...silentHosts(placed),
    ...placed.flatMap(({ brand: { colors }, path }) =>
      paletteOf(colors).pale.map((pair) => paleFinding(pair, path)),
    ),
  ];
}

interface Placed {
  readonly brand: BrandSettings;
  readonly path: SettingPath;
}

function silentHosts(placed: readonly Placed[]): readonly Finding[] {
  const all = placed.flatMap(({ brand, path }) =>
    (brand.hosts ?? []).map((host, item) => ({ host, path: [...path, 'hosts', item] })),
  );
  return all.flatMap(({ host, path }, index) => {
    const earlier = all.slice(0, index).find((other) => coversHost(other.host, host));
    if (earlier === undefined) return [];
    const found = `a host that never gets here: ${pathText(earlier.path)} matches it before`;
    return [{ path, at: 'value', found, expected: 'the narrower host first' }];
  });
}

function paleFinding(
  { scheme, name, color, against, other, ratio }: PaleColors,
  path: SettingPath,
): Finding {
  return {
    path: [...path, 'colors', scheme, name],
    at: 'value',
    found: `${quoted(color)}, whose contrast with the ${against} ${quoted(other)} is ${ratio.toFixed(2)}`,
    expected: `at least ${RATIO.text}; pages take the default colours for these two`,
  };
}
