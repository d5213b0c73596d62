import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The text of one template, and where it stands. */
export interface TemplateSource {
  /** As other templates include it: `page`, `parts/header`; `page.css` is the style. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** Templates by name. */
export type TemplateSources = ReadonlyMap<string, TemplateSource>;

export const STYLE = 'page.css';
/** The folder with the program's own templates, style, script and locale files. */
export const TEMPLATES = new URL('../../templates/', import.meta.url);

/** The templates of the program itself. Throws when they are missing. */
export function builtInTemplates(): TemplateSources {
  return readTemplates(fileURLToPath(TEMPLATES));
}

/**
 * Reads the page, the parts and the style of a folder; none of them has to be there, and what else
 * is there is left alone. Throws what cannot be read.
 */
export function readTemplates(folder: string): TemplateSources {
  const parts = filesIn(joinPath(folder, 'parts')).map((name) => `parts/${name}`);
  const sources = [...filesIn(folder), ...parts]
    .filter((name) => name.endsWith('.eta') || name === STYLE)
    .map((name): readonly [string, TemplateSource] => {
      const file = joinPath(folder, name);
      const known = name.replace(/\.eta$/, '');
      return [known, { name: known, file, text: readFileSync(file, 'utf8') }];
    });
  return new Map(sources);
}

/** The folder with an operator's own texts in a folder with templates; null where there is none. */
export function textsFolder(folder: string): string | null {
  const texts = joinPath(folder, 'locales');
  return existsSync(texts) ? texts : null;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A folder may hold a page and no parts of its own.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
