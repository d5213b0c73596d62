import { contrast, mixed } from './contrast.ts';

/** The colours that a brand can choose, as `#rgb` or `#rrggbb`. */
export interface Colors {
  /** Links, the main button, marks. */
  readonly accent: string;
  /** Behind everything. */
  readonly background: string;
  /** The card with the message. */
  readonly surface: string;
  readonly text: string;
}

/** What a brand chose, for light and dark screens. */
export interface BrandColors {
  readonly light: Partial<Colors>;
  readonly dark: Partial<Colors>;
}

/** The custom properties of `page.css`, by name, for one kind of screen. */
export interface Scheme {
  readonly ground: string;
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly edge: string;
  readonly link: string;
  readonly solid: string;
  readonly 'on-solid': string;
  readonly tint: string;
  /** What has to be checked before it is repeated; no brand chooses it. */
  readonly care: string;
  readonly 'care-edge': string;
}

export interface Palette {
  readonly light: Scheme;
  readonly dark: Scheme;
}

/** Two colours that nobody can tell apart well enough. Those that the brand chose give way to the default ones. */
export interface PaleColors {
  readonly scheme: keyof Palette;
  /** Of the two, the one that the brand chose; the first where it chose both. */
  readonly name: keyof Colors;
  readonly color: string;
  readonly against: keyof Colors;
  readonly other: string;
  readonly ratio: number;
}

/** WCAG 2.2, 1.4.3: text; 1.4.11: what has to be seen to find one's way. */
export const RATIO = { text: 4.5, edge: 3 } as const;

/** The only place where the colours of pages are written. */
export const DEFAULT_PALETTE: Palette = {
  light: {
    ground: '#f4f6f9',
    card: '#fff',
    ink: '#17202e',
    soft: '#4d5a6d',
    line: '#d4dbe5',
    edge: '#76849a',
    link: '#1a4fc4',
    solid: '#1a4fc4',
    'on-solid': '#fff',
    tint: '#eaf0fd',
    care: '#fdf2d8',
    'care-edge': '#94640a',
  },
  dark: {
    ground: '#0f141b',
    card: '#18202b',
    ink: '#e9eef5',
    soft: '#a9b6c8',
    line: '#2d3948',
    edge: '#75859b',
    link: '#9bbcff',
    solid: '#9bbcff',
    'on-solid': '#0c1420',
    tint: '#1d2a3f',
    care: '#352a12',
    'care-edge': '#d9a441',
  },
};

/** What of the chosen colours stands on what: links and text, on the card and beside it. */
const PAIRS: readonly (readonly [keyof Colors, keyof Colors])[] = [
  ['text', 'background'],
  ['text', 'surface'],
  ['accent', 'background'],
  ['accent', 'surface'],
];

/**
 * The palette of a brand: its colours where they can be read, the default ones in the place of
 * pairs that cannot, and between them shades that are made to have the contrast that they need.
 */
export function paletteOf({ light, dark }: BrandColors): {
  readonly palette: Palette;
  readonly pale: readonly PaleColors[];
} {
  const bright = readable(light, 'light');
  const dim = readable(dark, 'dark');
  return {
    palette: {
      light: schemeOf(bright.colors, DEFAULT_PALETTE.light),
      dark: schemeOf(dim.colors, DEFAULT_PALETTE.dark),
    },
    pale: [...bright.pale, ...dim.pale],
  };
}

/** The chosen colours without those that fail. Ends: each turn takes away at least one of them. */
function readable(
  chosen: Partial<Colors>,
  scheme: keyof Palette,
): { readonly colors: Partial<Colors>; readonly pale: readonly PaleColors[] } {
  const defaults = colorsOf(DEFAULT_PALETTE[scheme]);
  const pale: PaleColors[] = [];
  let colors = chosen;
  for (;;) {
    const whole = { ...defaults, ...colors };
    const failing = PAIRS.find(
      (pair) =>
        pair.some((name) => colors[name] !== undefined) &&
        contrast(whole[pair[0]], whole[pair[1]]) < RATIO.text,
    );
    if (failing === undefined) return { colors, pale };
    const [name, against] = colors[failing[0]] === undefined ? failing.toReversed() : failing;
    if (name === undefined || against === undefined) return { colors, pale };
    pale.push({
      scheme,
      name,
      color: whole[name],
      against,
      other: whole[against],
      ratio: contrast(whole[name], whole[against]),
    });
    const { [name]: _, [against]: __, ...rest } = colors;
    colors = rest;
  }
}

function colorsOf({ link, ground, card, ink }: Scheme): Colors {
  return { accent: link, background: ground, surface: card, text: ink };
}

/** Where nothing is chosen, the default scheme as it stands. */
function schemeOf(chosen: Partial<Colors>, defaults: Scheme): Scheme {
  if (Object.values(chosen).every((color) => color === undefined)) return defaults;
  const { accent, background, surface, text } = { ...colorsOf(defaults), ...chosen };
  const grounds = [background, surface];
  return {
    ground: background,
    card: surface,
    ink: text,
    soft: shade({ of: text, on: grounds, from: 0.7, ratio: RATIO.text }),
    line: mixed(text, surface, 0.15),
    edge: shade({ of: text, on: grounds, from: 0.45, ratio: RATIO.edge }),
    link: accent,
    solid: accent,
    'on-solid': contrast('#fff', accent) >= contrast('#000', accent) ? '#fff' : '#000',
    tint: tintOf({ accent, surface, text }),
    ...careOf({ surface, text }, defaults),
  };
}

const STEP = 0.05;

/** The palest shade of a colour that still has the ratio on all grounds: at the end, the colour itself. */
function shade({
  of,
  on,
  from,
  ratio,
}: {
  readonly of: string;
  readonly on: readonly string[];
  readonly from: number;
  readonly ratio: number;
}): string {
  const [ground = ''] = on.slice(-1);
  for (let share = from; share < 1; share += STEP) {
    const color = mixed(of, ground, share);
    if (on.every((other) => contrast(color, other) >= ratio)) return color;
  }
  return of;
}

/** A breath of the accent, on which text can be read and the accent be seen: at the least, the surface itself. */
function tintOf({ accent, surface, text }: Pick<Colors, 'accent' | 'surface' | 'text'>): string {
  for (let share = 0.1; share > 0; share -= STEP / 2) {
    const color = mixed(accent, surface, share);
    if (contrast(text, color) >= RATIO.text && contrast(accent, color) >= RATIO.text) return color;
  }
  return surface;
}

/** The default ones where they can be told from what is chosen; else shades of the text. */
function careOf(
  { surface, text }: Pick<Colors, 'surface' | 'text'>,
  defaults: Scheme,
): Pick<Scheme, 'care' | 'care-edge'> {
  const known = defaults['care-edge'];
  const isKnown = contrast(known, surface) >= RATIO.edge;
  const edge = isKnown ? known : shade({ of: text, on: [surface], from: 0.45, ratio: RATIO.edge });
  const isReadable = contrast(text, defaults.care) >= RATIO.text;
  const care = isReadable ? defaults.care : tintOf({ accent: edge, surface, text });
  return { care: contrast(edge, care) >= RATIO.edge ? care : surface, 'care-edge': edge };
}
