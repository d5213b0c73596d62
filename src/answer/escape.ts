const SPECIAL = /[&<>"']/;
const SPECIALS = /[&<>"']/g;
const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Beyond ASCII, without the noncharacters that mark slots. */
const BEYOND_ASCII = /[\u0080-\uFDCF\uFDE0-\uFFFF]/g;
const BEYOND_ASCII_POINTS = /[\u{80}-\u{FDCF}\u{FDE0}-\u{10FFFF}]/gu;
/** What XML 1.0 cannot carry, not even as a character reference (section 2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Text for an HTML or XML text node or a quoted attribute. */
export function escapeMarkup(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (found) => ENTITY[found] ?? found) : text;
}

/** The same without the apostrophe, for templates, whose attributes all stand in double quotes. */
export function escapeForTemplate(text: unknown): string {
  return String(text).replace(/[&<>"]/g, (found) => ENTITY[found] ?? found);
}

/** XML as pure ASCII, slot markers aside: what is beyond becomes a character reference. */
export function asciiXml(markup: string): string {
  return markup.replace(BEYOND_ASCII_POINTS, (found) => `&#${found.codePointAt(0)};`);
}

/** Text without the characters that no XML document may hold. */
export function xmlText(text: string): string {
  return escapeMarkup(text.toWellFormed().replace(NOT_XML, ''));
}

/** JSON as pure ASCII, slot markers aside. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    BEYOND_ASCII,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text for a place that holds ASCII only: a reason phrase, a comment. Null when it does not fit. */
export function asciiOrNull(text: string): string | null {
  return /^[\x20-\x7E]*$/.test(text) ? text : null;
}
