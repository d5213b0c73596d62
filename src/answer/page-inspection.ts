import { CANARY } from './canaries.ts';
import type { TemplateData } from './page.ts';
import {
  attribute,
  type Element,
  lacksEndTag,
  offsetOf,
  type ParsedPage,
  parsePage,
  rawText,
  textOf,
} from './parsed-page.ts';

/** What is wrong with a page that templates made. */
export interface PageFault {
  /** Where it stands in the page; null for what is missing. */
  readonly offset: number | null;
  /** The built-in template whose task it is, for what is missing. */
  readonly task: string;
  readonly found: string;
  readonly expected: string;
}

/** What no page may hold, whatever it says: each of them loads, runs, sends or moves something. */
const FORBIDDEN = new Set(
  (
    'base iframe frame frameset object embed applet portal form animate set animatetransform animatemotion ' +
    'foreignobject noembed noframes plaintext xmp'
  ).split(' '),
);
/** Elements that need no end tag: void ones, and those whose end the standard lets be left out. */
const ENDLESS = new Set(
  (
    'area base br col embed hr img input link meta param source track wbr ' +
    'html head body p li dt dd option optgroup colgroup caption thead tbody tfoot tr td th rt rp'
  ).split(' '),
);
const LOADING = new Set(
  ['src', 'srcset', 'poster', 'data', 'background', 'href', 'xlink:href', 'imagesrcset'].concat(
    ...['lowsrc', 'dynsrc', 'longdesc', 'manifest', 'profile', 'classid', 'codebase', 'archive'],
  ),
);
const SENDING = new Set(['action', 'formaction', 'ping', 'srcdoc', 'http-equiv', 'attributionsrc']);
const LINKS = new Set(['a', 'area']);

/** What the standard, the policy and UX.md, section 3, want of a page, by the view that it was made from. */
export function inspectPage(html: string, data: TemplateData): readonly PageFault[] {
  const page = parsePage(html);
  return [
    ...page.elements.flatMap((element) => elementFaults(element, data)),
    ...page.errors.map(({ code, offset }) =>
      wrong(offset, `markup that browsers have to mend: ${code}`, 'well-formed HTML'),
    ),
    ...missingFrom(page, data),
  ];
}

/** The places where a page with canaries prints something as it came. */
export function inspectCanaries(html: string): readonly PageFault[] {
  const raw = html.indexOf(`<${CANARY}`);
  if (raw >= 0) {
    return [
      wrong(raw, 'a text that is printed as it came', '<%= %>, which escapes, and not <%~ %>'),
    ];
  }
  return parsePage(html).elements.flatMap((element) =>
    element.attrs.flatMap(({ name, value }) => {
      if (name.startsWith(CANARY)) {
        const found = `a text that breaks out of an attribute of <${element.tagName}>`;
        return [wrong(offsetOf(element), found, 'attributes in double quotes')];
      }
      const isAddress = LOADING.has(name) || SENDING.has(name);
      if (!isAddress || !isScript(value)) return [];
      const found = `a text in the place of an address, in ${name} of <${element.tagName}>`;
      return [wrong(offsetOf(element, name), found, 'a member that holds an address, called href')];
    }),
  );
}

function elementFaults(element: Element, data: TemplateData): readonly PageFault[] {
  const fault = elementFault(element, data);
  const own = fault === null ? [] : [wrong(offsetOf(element), fault[0], fault[1])];
  return [
    ...own,
    ...element.attrs.flatMap(({ name, value }) => attributeFaults(element, name, value)),
  ];
}

function elementFault(element: Element, data: TemplateData): readonly [string, string] | null {
  const { tagName } = element;
  if (lacksEndTag(element) && !ENDLESS.has(tagName))
    return [`a <${tagName}> that is left open`, `its </${tagName}>`];
  if (FORBIDDEN.has(tagName.toLowerCase())) {
    return [`a <${tagName}>`, 'nothing that loads, sends or moves'];
  }
  switch (tagName) {
    case 'style':
      return rawText(element) === data.style
        ? null
        : [
            'a style that the policy of the page blocks',
            '<style><%~ it.style %></style> alone; own rules go into page.css',
          ];
    case 'script':
      return rawText(element) === data.script && element.attrs.length === 0
        ? null
        : [
            'a script that the policy of the page blocks',
            '<script><%~ it.script %></script> alone',
          ];
    case 'link': {
      const isIcon =
        attribute(element, 'rel') === 'icon' && isData(attribute(element, 'href') ?? '');
      return isIcon
        ? null
        : ['a <link>', 'nothing from outside: only <link rel="icon" href="data:,">'];
    }
    default:
      return null;
  }
}

function attributeFaults(element: Element, name: string, value: string): readonly PageFault[] {
  const fault = attributeFault(element, name, value);
  return fault === null ? [] : [wrong(offsetOf(element, name), fault[0], fault[1])];
}

function attributeFault(
  { tagName }: Element,
  name: string,
  value: string,
): readonly [string, string] | null {
  const what = `${name} of <${tagName}>`;
  if (/^on/.test(name))
    return [what, 'no scripts in attributes: the policy of the page blocks them'];
  if (name === 'style') return [what, 'rules in page.css: the policy of the page blocks them here'];
  if (SENDING.has(name)) return [what, 'nothing that loads, sends or moves'];
  if (/url\(\s*['"]?(?!#|data:)/i.test(value) && name !== 'content') {
    return [what, 'no references to the outside'];
  }
  if (!LOADING.has(name)) return null;
  if (LINKS.has(tagName)) {
    return isScript(value) || isData(value) ? [what, 'a link that leads to a page'] : null;
  }
  return value.startsWith('#') || isData(value)
    ? null
    : [`${what}, which loads something`, 'a data: address'];
}

function isData(value: string): boolean {
  return /^data:/i.test(value);
}

/** As browsers read it: blanks and control characters before and within the scheme do not count. */
function isScript(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers leave out.
  return /^(?:javascript|vbscript):/i.test(value.replace(/[\u0000-\u0020]/g, ''));
}

function missingFrom(
  { elements, isStandard }: ParsedPage,
  data: TemplateData,
): readonly PageFault[] {
  const named = (name: string): readonly Element[] =>
    elements.filter(({ tagName }) => tagName === name);
  const body = named('body').map(textOf).join(' ');
  const [html] = named('html');
  const links = named('a').map((element) => attribute(element, 'href'));
  const says = (text: string): boolean => body.includes(text.replace(/\s+/g, ' ').trim());
  const { primary, statusPage, box, help, language, direction } = data;
  const reference = help?.line.find(({ isStrong }) => isStrong)?.text ?? '';
  return [
    ...unless(isStandard, 'page', '<!doctype html> at the beginning'),
    ...unless(
      html !== undefined &&
        attribute(html, 'lang') === language &&
        attribute(html, 'dir') === direction,
      'page',
      '<html lang="<%= it.language %>" dir="<%= it.direction %>">',
    ),
    ...single(
      elements.filter(
        ({ tagName, namespaceURI }) => tagName === 'title' && namespaceURI.endsWith('xhtml'),
      ),
      'title',
      'parts/head',
    ),
    ...single(named('main'), 'main', 'page'),
    ...single(named('h1'), 'h1', 'parts/heading'),
    ...unless(links.includes(primary.href), 'parts/actions', 'a link to it.primary.href'),
    ...unless(
      statusPage === null || links.includes(statusPage.href),
      'parts/actions',
      'a link to it.statusPage.href where there is a status page',
    ),
    ...unless(
      box === null || (says(box.h2) && says(box.text)),
      'parts/box',
      'it.box, which says what became of the request',
    ),
    ...unless(says(reference), 'parts/help', 'the reference that is in it.help.line'),
    ...missingForScript(elements, data),
  ];
}

/** What the script takes for granted, where there is one. */
function missingForScript(
  elements: readonly Element[],
  { live }: TemplateData,
): readonly PageFault[] {
  const script = elements.find(({ tagName }) => tagName === 'script');
  if (script === undefined) return [];
  if (live === null) {
    return [
      wrong(offsetOf(script), 'a script where it.live is null', 'the script beside it.live only'),
    ];
  }
  const has = (name: string, value: string): boolean =>
    elements.some((element) => (attribute(element, name) ?? '').split(/\s+/).includes(value));
  const told = elements.find(({ tagName }) => tagName === 'html')?.attrs.map(({ name }) => name);
  const isTold = ['data-live', 'data-to', 'data-texts'].every((name) => told?.includes(name));
  return [
    ...unless(isTold, 'page', 'data-live, data-to and data-texts of <html>, as the script wants'),
    ...unless(has('role', 'status'), 'parts/live', 'role="status", as the script wants'),
    ...unless(has('id', 'live'), 'parts/live', 'a checkbox with id="live", as the script wants'),
    ...unless(has('class', 'primary'), 'parts/actions', 'class="primary", as the script wants'),
    ...unless(has('class', 'lead'), 'parts/lead', 'class="lead", as the script wants'),
  ];
}

function unless(isThere: boolean, task: string, expected: string): readonly PageFault[] {
  return isThere ? [] : [{ offset: null, task, found: 'a page that lacks it', expected }];
}

function single(found: readonly Element[], name: string, task: string): readonly PageFault[] {
  const [first, second] = found;
  const expected = `exactly one <${name}>, with a text`;
  if (first === undefined || textOf(first) === '') return unless(false, task, expected);
  return second === undefined ? [] : [wrong(offsetOf(second), `another <${name}>`, expected)];
}

function wrong(offset: number, found: string, expected: string): PageFault {
  return { offset, task: 'page', found, expected };
}
