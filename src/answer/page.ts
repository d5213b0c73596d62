import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Eta } from 'eta';
import { DEFAULT_PALETTE, type Palette, paletteOf, type Scheme } from '../config/palette.ts';
import type { BrandSettings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { escapeForTemplate } from './escape.ts';
import { packedScript } from './packed-script.ts';
import type { PageView } from './page-view.ts';
import {
  builtInTemplates,
  readTemplates,
  STYLE,
  TEMPLATES,
  type TemplateSources,
} from './template-sources.ts';

/** Renders pages: the one home of eta. */
export interface PagePress {
  /** The `Content-Security-Policy` of every page: nothing but its own style and script. */
  readonly policy: string;
  /** Throws when the built-in template fails too; the built-in page answers then. */
  render(view: PageView): string;
}

/**
 * Compiles the page and its parts. Those of the operator's own folder come first; when they cannot be
 * read, compiled or rendered, that is logged and the built-in ones serve.
 */
export function createPagePress(brand: BrandSettings | null, log: Log): PagePress {
  const builtIn = builtInTemplates();
  const own = brand?.templates == null ? null : ownTemplates(brand.templates, log);
  const { text: sheet = '' } = own?.get(STYLE) ?? builtIn.get(STYLE) ?? {};
  const style =
    paletteCss(brand === null ? DEFAULT_PALETTE : paletteFor(brand, log)) + packed(sheet);
  const script = packedScript(readFileSync(new URL('page.js', TEMPLATES), 'utf8'));
  const renderBuiltIn = rendererOf(builtIn);
  const renderOwn = own === null ? null : ownRenderer(new Map([...builtIn, ...own]), log);

  return {
    policy: `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`,
    render(view) {
      const data = { ...view, style, script };
      return renderOwn?.(data) ?? renderBuiltIn(data);
    },
  };
}

type Renderer<Page> = (data: object) => Page;

/** Throws what does not compile. */
function rendererOf(sources: TemplateSources): Renderer<string> {
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeForTemplate, cache: true });
  // Only these: no template includes a file that is not in its folder.
  eta.resolvePath = (name) => name;
  eta.readFile = (name) => {
    throw new Error(`there is no template '${name}'`);
  };
  for (const { name, text } of sources.values()) {
    if (name !== STYLE) eta.loadTemplate(name, text);
  }
  return (data) => eta.render('page', data);
}

/** Renders null where a template of the operator fails: the built-in ones say the same in other dress. */
function ownRenderer(sources: TemplateSources, log: Log): Renderer<string | null> | null {
  const failed = (error: unknown): null => {
    log.error({ err: error }, 'own template failed');
    return null;
  };
  try {
    const render = rendererOf(sources);
    return (data) => {
      try {
        return render(data);
      } catch (error) {
        return failed(error);
      }
    };
  } catch (error) {
    return failed(error);
  }
}

function ownTemplates(folder: string, log: Log): TemplateSources | null {
  try {
    return readTemplates(folder);
  } catch (error) {
    log.error({ err: error }, 'own template failed');
    return null;
  }
}

function paletteFor({ name, colors }: BrandSettings, log: Log): Palette {
  const { palette, pale } = paletteOf(colors);
  for (const { scheme, name: first, color, against, other, ratio } of pale) {
    const pair = { [first]: color, [against]: other };
    log.warn(
      { brand: name, scheme, pair, contrast: Number(ratio.toFixed(2)) },
      'brand colours cannot be read, the default ones serve',
    );
  }
  return palette;
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
