/** A text in quotes is left as it is; of the rest only what keeps two words apart stays. */
const BLANKS = /('(?:[^'\\\n]|\\.)*'|`[^`]*`)|;?\s*(\})\s*|\s*([{()[\]<>=+\-*/?:;,&|!])\s*|\s+/g;

/**
 * The page's own script as it travels with every page: without comments, which fill whole lines, and
 * without the blanks and brackets that it is read with. For that one file only: there every statement ends
 * in a semicolon or a brace.
 */
export function packedScript(script: string): string {
  return script
    .replace(/^\s*\/\/.*$/gm, '')
    .trim()
    .replace(BLANKS, (_, quoted?: string, brace?: string, sign?: string) => {
      return quoted ?? brace ?? sign ?? ' ';
    })
    .replace(/\((\w+)\)=>/g, '$1=>')
    .replace(/\bconst\b/g, 'let');
}
