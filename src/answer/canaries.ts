import type { PageView } from './page-view.ts';

/** The name of an element and of an attribute that no page has, unless text was printed as markup. */
export const CANARY = 'x-canary';

/** Ends every kind of text that a page has, and then begins an element or an attribute. */
const MARKUP = `"' ${CANARY}="'><${CANARY}></title></style></script></textarea></noscript>--><!--`;
/** What a text does where an address is expected. */
const SCHEME = 'javascript:alert(1)//';

/** The members of a view that hold text for people, or words from outside. The others are constants of this program. */
const TEXTS = new Set(
  ['brand', 'title', 'h1', 'h2', 'text', 'newTab', 'promise', 'toggle', 'without', 'texts'].concat(
    ...['label', 'id', 'none', 'names'],
  ),
);

/**
 * The same view with what an attacker would write in every member that comes from outside. Printed
 * escaped, it is text; printed in any other way, it shows as an element, an attribute or an address.
 */
export function withCanaries(view: PageView): PageView {
  return withTexts(view, (text, name) => {
    if (name === 'href') return `${text}#${MARKUP}`;
    return TEXTS.has(name) ? `${SCHEME}${text}${MARKUP}` : text;
  });
}

/** The same value with every text in it changed; the items of a list are called as the list is. */
export function withTexts<Value>(
  value: Value,
  change: (text: string, name: string) => string,
  name?: string,
): Value;
export function withTexts(
  value: unknown,
  change: (text: string, name: string) => string,
  name = '',
): unknown {
  if (typeof value === 'string') return change(value, name);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [member, withTexts(inner, change, member)]),
  );
}
