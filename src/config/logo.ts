/** What a logo may be made of: shapes, text and gradients, all of it inside the file. */
const ELEMENTS = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon text tspan title desc defs symbol use ' +
    'linearGradient radialGradient stop clipPath mask'
  ).split(' '),
);
const LARGEST_BYTES = 2_048;
const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** A logo that pages may carry, or the reason why they may not. */
export type Logo =
  | { readonly kind: 'logo'; readonly svg: string }
  | { readonly kind: 'refused'; readonly found: string; readonly expected: string };

/**
 * Reads an SVG text that is going to stand inside the pages. What is not known to be harmless
 * there is refused: scripts and references reach outside, and a page's Content-Security-Policy
 * would block styles, so that the logo looked broken.
 */
export function readLogo(text: string): Logo {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_BYTES) return refused(`${bytes} bytes`, `at most ${LARGEST_BYTES} bytes`);
  const svg = text
    .replace(/^\uFEFF/, '')
    .replace(/^\s*<\?xml[^>]*\?>/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim();
  if (!/^<svg[\s>]/.test(svg)) return refused(beginning(svg), 'an <svg> element');
  return unreadable(svg) ?? forbidden(svg) ?? { kind: 'logo', svg };
}

/** Tags that do not nest, or anything in angle brackets that is no plain tag. */
function unreadable(svg: string): Logo | undefined {
  const odd = /<.*/.exec(svg.replace(TAG, ''))?.[0];
  if (odd !== undefined) return refused(beginning(odd), 'plain tags with quoted attributes');
  const open: string[] = [];
  let end = 0;
  for (const { 0: tag, 1: slash, 2: name = '', 4: closed, index } of svg.matchAll(TAG)) {
    if (index > 0 && open.length === 0)
      return refused(beginning(svg.slice(end)), 'one <svg> element');
    if (slash === '/' && open.pop() !== name)
      return refused(`${tag} out of place`, 'tags that nest');
    if (slash === '' && closed === '') open.push(name);
    end = index + tag.length;
  }
  const [, unclosed] = open;
  if (open.length > 0) return refused(`<${unclosed ?? 'svg'}> left open`, 'tags that nest');
  const rest = svg.slice(end);
  if (rest !== '') return refused(beginning(rest), 'nothing after the <svg> element');
  return undefined;
}

function forbidden(svg: string): Logo | undefined {
  for (const { 1: slash, 2: name = '', 3: attributes = '' } of svg.matchAll(TAG)) {
    if (!ELEMENTS.has(name))
      return refused(`a <${name}> element`, 'shapes, text and gradients only');
    if (slash === '/') continue;
    for (const [, attribute = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
      const reason = attributeFault(attribute, double ?? single ?? '');
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function attributeFault(name: string, value: string): Logo | undefined {
  if (/^on/i.test(name)) return refused(`the script attribute ${name}`, 'no scripts');
  if (name === 'style')
    return refused('a style attribute', 'attributes such as fill="#123456": pages block styles');
  const isReference = /(^|:)(href|src)$/.test(name);
  if (isReference && !value.startsWith('#'))
    return refused(
      `a reference to ${beginning(value)}`,
      'references inside the file, such as #part',
    );
  if (/url\(\s*['"]?(?!#)/i.test(value) || /&#|javascript:/i.test(value))
    return refused(`${name}=${beginning(value)}`, 'no references to the outside');
  return undefined;
}

function refused(found: string, expected: string): Logo {
  return { kind: 'refused', found, expected };
}

function beginning(text: string): string {
  const start = text.slice(0, 40);
  return start === '' ? 'nothing' : JSON.stringify(start);
}
