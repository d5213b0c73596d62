import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { Eta } from 'eta';
import type { Log } from '../log.ts';
import { escapeForTemplate } from './escape.ts';
import type { PageView } from './page-view.ts';

/** Renders pages: the one home of eta. */
export interface PagePress {
  /** The `Content-Security-Policy` of every page: nothing but its own style and script. */
  readonly policy: string;
  /** Throws when the built-in template fails too; the built-in page answers then. */
  render(view: PageView): string;
}

const TEMPLATES = new URL('../../templates/', import.meta.url);

/**
 * Compiles the page template. The operator's own `page.eta` comes first; when it cannot be read,
 * compiled or rendered, that is logged and the built-in template serves.
 */
export function createPagePress(ownFolder: string | null, log: Log): PagePress {
  const style = packed(readFileSync(new URL('page.css', TEMPLATES), 'utf8'));
  const script = packedScript(readFileSync(new URL('page.js', TEMPLATES), 'utf8'));
  const eta = new Eta({ autoEscape: true, escapeFunction: escapeForTemplate, cache: false });
  const builtIn = eta.compile(readFileSync(new URL('page.eta', TEMPLATES), 'utf8'));
  const own = ownFolder === null ? null : compileOwn(eta, joinPath(ownFolder, 'page.eta'), log);

  const renderOwn = (data: object): string | null => {
    if (own === null) return null;
    try {
      return eta.render(own, data);
    } catch (error) {
      // The built-in template says the same, without the operator's dress.
      log.error({ err: error, template: 'page.eta' }, 'own template failed');
      return null;
    }
  };
  return {
    policy: `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`,
    render(view) {
      const data = { ...view, style, script };
      return renderOwn(data) ?? eta.render(builtIn, data);
    },
  };
}

function compileOwn(eta: Eta, file: string, log: Log): ReturnType<Eta['compile']> | null {
  try {
    return eta.compile(readFileSync(file, 'utf8'));
  } catch (error) {
    // A folder may hold other templates and no page of its own.
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) log.error({ err: error, template: 'page.eta' }, 'own template failed');
    return null;
  }
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

/** Without the comments, which fill whole lines, and without indentation. */
function packedScript(script: string): string {
  return script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .join('\n');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
