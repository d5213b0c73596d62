/** What a logo may be made of: shapes, text and gradients, all of it inside the file. */
const ELEMENTS = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon text tspan title desc defs symbol use ' +
    'linearGradient radialGradient stop clipPath mask'
  ).split(' '),
);
/** What such elements may say of themselves. Nothing here loads, runs, takes the focus or draws beyond the logo. */
const ATTRIBUTES = new Set(
  (
    'xmlns xmlns:xlink xml:space version baseProfile id viewBox preserveAspectRatio width height x y x1 y1 x2 y2 ' +
    'cx cy r rx ry fx fy fr dx dy d points pathLength transform transform-origin offset rotate ' +
    'gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits mask-type ' +
    'href xlink:href clip-path clip-rule mask color opacity display visibility ' +
    'fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin ' +
    'stroke-miterlimit stroke-opacity stroke-width stop-color stop-opacity vector-effect paint-order ' +
    'shape-rendering text-rendering color-interpolation font-family font-size font-style font-weight ' +
    'letter-spacing word-spacing text-anchor dominant-baseline alignment-baseline textLength lengthAdjust ' +
    'role aria-hidden aria-label focusable'
  ).split(' '),
);
/** What the script and the style of pages find by its id. */
const PAGE_IDS = new Set(
  (
    'live none note outage outage_unreported partial maintenance outcome_unknown sign_in suspect overload ' +
    'unknown_route recovered'
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
  return unreadable(svg) ?? forbidden(svg) ?? multiplied(svg) ?? { kind: 'logo', svg };
}

/** Tags that do not nest, or anything in angle brackets that is no plain tag. */
function unreadable(svg: string): Logo | undefined {
  const odd = /<.*/.exec(svg.replace(TAG, ''))?.[0];
  if (odd !== undefined) return refused(beginning(odd), 'plain tags with quoted attributes');
  const open: string[] = [];
  let end = 0;
  for (const found of svg.matchAll(TAG)) {
    const { index, 0: tag } = found;
    if (index > 0 && open.length === 0)
      return refused(beginning(svg.slice(end)), 'one <svg> element');
    const misplaced = step(open, found);
    if (misplaced !== undefined) return misplaced;
    end = index + tag.length;
  }
  const [, unclosed] = open;
  if (open.length > 0) return refused(`<${unclosed ?? 'svg'}> left open`, 'tags that nest');
  const rest = svg.slice(end);
  if (rest !== '') return refused(beginning(rest), 'nothing after the <svg> element');
  return undefined;
}

/** Takes one tag into account: what is open after it, or why it cannot stand there. */
function step(
  open: string[],
  { 0: tag, 1: slash, 2: name = '', 4: closed }: RegExpExecArray,
): Logo | undefined {
  if (slash === '/')
    return open.pop() === name ? undefined : refused(`${tag} out of place`, 'tags that nest');
  const around = open.at(-1);
  // There a page's parser takes tags for HTML, and loses the way out of the logo.
  if (around === 'title' || around === 'desc')
    return refused(`${tag} inside <${around}>`, 'plain text there');
  if (closed === '') open.push(name);
  return undefined;
}

function forbidden(svg: string): Logo | undefined {
  for (const { 1: slash, 2: name = '', 3: attributes = '' } of svg.matchAll(TAG)) {
    if (!ELEMENTS.has(name))
      return refused(`a <${name}> element`, 'shapes, text and gradients only');
    if (slash === '/') continue;
    for (const [attribute, value] of attributesIn(attributes)) {
      const reason = attributeFault(attribute, value);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function attributesIn(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(ATTRIBUTE)].map(
    ([, name = '', double, single]) => [name, double ?? single ?? ''] as const,
  );
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
  if (!ATTRIBUTES.has(name))
    return refused(`the attribute ${name}`, 'attributes of shapes, text and gradients only');
  if (name === 'id' && PAGE_IDS.has(value))
    return refused(`the id ${beginning(value)}`, 'an id that pages do not use themselves');
  // Escapes of HTML and of CSS could write `url(` without its letters.
  const isEscaped = /&(?!(?:amp|lt|gt|quot|apos);)|\\/.test(value);
  if (isEscaped || /url\(\s*['"]?(?!#)|image-set\(|src\(|javascript:/i.test(value))
    return refused(`${name}=${beginning(value)}`, 'no references to the outside');
  return undefined;
}

/**
 * What is drawn more than once than it is written: in 2 KB, parts that repeat parts that repeat
 * parts come to thousands of millions. A part that is repeated may be drawn with gradients, and
 * with nothing else that refers to something.
 */
function multiplied(svg: string): Logo | undefined {
  const repeated = new Set<string>();
  const repeating: string[] = [];
  const open: string[] = [];
  for (const { 1: slash, 2: name = '', 3: text = '', 4: closed } of svg.matchAll(TAG)) {
    if (slash === '/') {
      open.pop();
      continue;
    }
    const attributes = new Map(attributesIn(text));
    open.push(attributes.get('id') ?? '');
    const parts = repeatedBy(name, attributes);
    for (const part of parts) repeated.add(part);
    if (parts.length > 0) repeating.push(...open);
    if (closed === '/') open.pop();
  }
  const both = repeating.find((id) => id !== '' && repeated.has(id));
  if (both === undefined) return undefined;
  return refused(
    `#${both}, which is repeated and repeats`,
    'no repetition inside of what is repeated',
  );
}

function repeatedBy(name: string, attributes: ReadonlyMap<string, string>): readonly string[] {
  const used = name === 'use' ? [attributes.get('href'), attributes.get('xlink:href')] : [];
  return [...used, attributes.get('clip-path'), attributes.get('mask')].flatMap((value) => {
    const id = /#([^)'"\s]+)/.exec(value ?? '')?.[1];
    return id === undefined ? [] : [id];
  });
}

function refused(found: string, expected: string): Logo {
  return { kind: 'refused', found, expected };
}

function beginning(text: string): string {
  const start = text.slice(0, 40);
  return start === '' ? 'nothing' : JSON.stringify(start);
}
