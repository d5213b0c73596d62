import { supportUrl } from './addresses.ts';
import { isHexColor } from './contrast.ts';
import type { Colors } from './palette.ts';
import { routeHost } from './request-words.ts';
import { filePath, line, list, reading, section } from './scalars.ts';
import type { BrandSettings } from './settings.ts';

const timeZone = reading({
  expected: 'a time zone of the IANA list such as America/Chicago or UTC',
  title: 'time zone',
  read: (text) => (isTimeZone(text) ? text : undefined),
});
const hosts = list(
  routeHost(),
  'a list of one or more hosts without port such as [app.example.com, "*.example.com"]',
  1,
);
const color = reading({
  expected: 'a colour such as "#1a4fc4", in quotes: YAML takes a bare # for a comment',
  title: 'colour',
  pattern: '^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$',
  read: (text) => (isHexColor(text) ? text.toLowerCase() : undefined),
});
const colors = section({
  accent: color.optional().describe('Links, the main button and marks.'),
  background: color.optional().describe('Behind everything.'),
  surface: color.optional().describe('The card with the message.'),
  text: color.optional().describe('The text; softer shades and borders are made from it.'),
}).transform(given);
const look = {
  name: line(80).describe('The name that pages and error bodies use.'),
  logo: filePath()
    .optional()
    .describe(
      'An SVG file of at most 2 KB, without scripts, styles and references to the outside.',
    ),
  support: supportUrl().optional().describe('Where a visitor finds help.'),
  templates: line(4_096)
    .meta({ title: 'path of a folder' })
    .optional()
    .describe('A folder with templates of your own.'),
  timeZone: timeZone
    .prefault('America/Chicago')
    .describe('The time zone that pages print, beside UTC.'),
  colors: section({
    light: colors
      .prefault({})
      .describe('The colours on light screens; the default ones for the rest.'),
    dark: colors
      .prefault({})
      .describe('The colours on dark screens; the default ones for the rest.'),
  })
    .prefault({})
    .describe(
      'The colours of the pages. Two that have too little contrast give way to the default ones, with a warning.',
    ),
};

/** The brand of every host, or of the hosts that it names. */
export const brand = section({
  ...look,
  hosts: hosts
    .optional()
    .describe(
      'The hosts that it speaks for; `*.example.com` matches any name under it. None: every host that `brands` leaves.',
    ),
}).transform(({ hosts: named = null, ...rest }) => brandSettings({ ...rest, hosts: named }));

/** One of several brands. The order decides: the first that names a request's host speaks. */
export const hostBrand = section({
  ...look,
  hosts: hosts.describe('The hosts that it speaks for; `*.example.com` matches any name under it.'),
}).transform(brandSettings);

/** A brand as it comes out of its section. */
type Written = Pick<BrandSettings, 'name' | 'timeZone' | 'hosts' | 'colors'> & {
  readonly [Name in 'logo' | 'support' | 'templates']?: string | undefined;
};

function brandSettings({ logo, support, templates, ...rest }: Written): BrandSettings {
  return {
    ...rest,
    logo: logo ?? null,
    support: support ?? null,
    templates: templates ?? null,
  };
}

/** Without the members that are not there. */
function given(chosen: { readonly [Name in keyof Colors]?: string | undefined }): Partial<Colors> {
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

function isTimeZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }) !== null;
  } catch {
    return false; // The only way that Intl says no.
  }
}
