import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A page as a browser without script reads it. */
export interface ParsedPage {
  readonly html: string;
  /** In the order of the page. */
  readonly elements: readonly Element[];
  /** False in the quirks mode, which a page without `<!doctype html>` gets. */
  readonly isStandard: boolean;
  /** What a browser mends silently, in the words of the HTML standard, and where. */
  readonly errors: readonly { readonly code: string; readonly offset: number }[];
}

/** Parses a page: the one home of parse5. */
export function parsePage(html: string): ParsedPage {
  const errors: { code: string; offset: number }[] = [];
  const document = parse(html, {
    sourceCodeLocationInfo: true,
    // What stands in <noscript> is markup, too.
    scriptingEnabled: false,
    onParseError: ({ code, startOffset }) => errors.push({ code, offset: startOffset }),
  });
  return {
    html,
    elements: elementsIn(document),
    isStandard: document.mode === 'no-quirks',
    errors,
  };
}

function elementsIn(node: Node): readonly Element[] {
  const own = 'tagName' in node ? [node] : [];
  const inside = 'content' in node ? [node.content] : [];
  const children = 'childNodes' in node ? [...inside, ...node.childNodes] : inside;
  return [...own, ...children.flatMap(elementsIn)];
}

/** The text in a node and below it, with single blanks. */
export function textOf(node: Node): string {
  return rawText(node).replace(/\s+/g, ' ').trim();
}

/** The text in a node and below it, as it stands there. */
export function rawText(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(rawText).join('') : '';
}

/** The value of an attribute; null where there is none. */
export function attribute({ attrs }: Element, wanted: string): string | null {
  return attrs.find(({ name }) => name === wanted)?.value ?? null;
}

/** Where an element begins, and where it says an attribute. */
export function offsetOf({ sourceCodeLocation }: Element, name?: string): number {
  const place = name === undefined ? undefined : sourceCodeLocation?.attrs?.[name];
  return (place ?? sourceCodeLocation)?.startOffset ?? 0;
}

/** True for an element of HTML that was written without an end tag. */
export function lacksEndTag({ namespaceURI, sourceCodeLocation }: Element): boolean {
  const isWritten = sourceCodeLocation !== undefined && sourceCodeLocation !== null;
  return namespaceURI.endsWith('xhtml') && isWritten && sourceCodeLocation.endTag === undefined;
}
