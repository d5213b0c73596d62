const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What moves the reader's eye without being seen: control characters, and marks that turn the direction of text. */
const UNSEEN = /[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu;

/** Text for an HTML or SVG text node or a quoted attribute. */
export function html(text: string): string {
  return plain(text).replaceAll(/[&<>"']/g, (found) => ENTITY[found] ?? found);
}

/** Text within a line of Markdown (CommonMark, GFM): on one line, and nothing in it is markup where a line does not begin with it. */
export function markdown(text: string): string {
  return (
    plain(text)
      .replaceAll(/[\\`*_[\]#|~$]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      // A mention would call somebody.
      .replaceAll('@', '&#64;\u2060')
  );
}

function plain(text: string): string {
  return text.toWellFormed().replaceAll(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim();
}
