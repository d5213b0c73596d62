import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_PALETTE, type Palette, paletteOf, type Scheme } from '../config/palette.ts';
import type { BrandSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { packedScript } from './packed-script.ts';
import type { PageView } from './page-view.ts';
import { createEngine, type Engine } from './template-engine.ts';
import { builtInTemplates, STYLE, TEMPLATES, type TemplateSources } from './template-sources.ts';

/** Renders pages. */
export interface PagePress {
  /** The `Content-Security-Policy` of every page: nothing but its own style and script. */
  readonly policy: string;
  /** Throws when the built-in template fails too; the built-in page answers then. */
  render(view: PageView): string;
}

/** What templates get as `it`: the page's blocks, and what stands between its tags of style and script. */
export interface TemplateData extends PageView {
  readonly style: string;
  readonly script: string;
}

/** A brand with the templates of its own that were tried and found good. */
export interface PagePressDeps {
  readonly brand: BrandSettings | null;
  readonly own: TemplateSources;
  readonly log: Log;
}

/**
 * Compiles the page and its parts. The operator's own come first; when they fail all the same, that
 * is logged and the built-in ones serve.
 */
export function createPagePress({ brand, own, log }: PagePressDeps): PagePress {
  const builtIn = builtInTemplates();
  const style = styleOf(brand, own);
  if (brand !== null) warnOfPale(brand, log);
  const script = pageScript();
  const plain = sharedEngine(builtIn);
  const dressed = own.size === 0 ? null : createEngine(new Map([...builtIn, ...own]));
  return {
    policy: `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`,
    render(view) {
      const data: TemplateData = { ...view, style, script };
      if (dressed === null) return plain.render(data);
      const [page] = dressed.renderEach([data]);
      if (typeof page === 'string') return page;
      // The built-in templates say the same, without the operator's dress.
      log.error({ err: page }, 'own template failed');
      return plain.render(data);
    },
  };
}

let builtInEngine: Engine | null = null;

/** The built-in templates stay the same as long as the program runs. */
function sharedEngine(builtIn: TemplateSources): Engine {
  builtInEngine ??= createEngine(builtIn);
  return builtInEngine;
}

/** The style of a brand's pages: a constant, so that the policy can name its hash. */
export function styleOf(brand: BrandSettings | null, own: TemplateSources): string {
  const { text = '' } = own.get(STYLE) ?? builtInTemplates().get(STYLE) ?? {};
  const palette = brand === null ? DEFAULT_PALETTE : paletteOf(brand.colors).palette;
  return paletteCss(palette) + packed(text);
}

/** The script of all pages. */
export function pageScript(): string {
  return packedScript(readFileSync(new URL('page.js', TEMPLATES), 'utf8'));
}

function warnOfPale({ name, colors }: BrandSettings, log: Log): void {
  for (const { scheme, name: first, color, against, other, ratio } of paletteOf(colors).pale) {
    const pair = { [first]: color, [against]: other };
    log.warn(
      { brand: name, scheme, pair, contrast: Number(ratio.toFixed(2)) },
      'brand colours cannot be read, the default ones serve',
    );
  }
}

/** The custom properties that the sheet refers to; in front of it, so that a sheet may say otherwise. */
function paletteCss({ light, dark }: Palette): string {
  const rule = (scheme: Scheme): string => {
    const properties = Object.entries(scheme).map(([name, color]) => `--${name}:${color};`);
    return `:root{${properties.join('')}}`;
  };
  return `${rule(light)}@media (prefers-color-scheme:dark){${rule(dark)}}`;
}

/** Without comments, line breaks and indentation: the style travels with every page. */
function packed(style: string): string {
  return style
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/\s*([{};])\s*/g, '$1')
    .replace(/: /g, ':')
    .trim();
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
