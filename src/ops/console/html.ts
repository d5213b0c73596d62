import { escapeMarkup } from '../../answer/escape.ts';

/** Text that is markup already. Made by `html` alone, so that all else is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template. Null and false print nothing. */
type Printable = Markup | string | number | null | false | readonly Printable[];

/** A template of markup: every value in it is escaped, unless it was made by this. */
export function html(strings: TemplateStringsArray, ...values: readonly Printable[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    text += printed(value) + (strings[index + 1] ?? '');
  }
  return new Markup(text);
}

function printed(value: Printable): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === false) return '';
  if (typeof value === 'object') return value.map(printed).join('');
  return escapeMarkup(String(value));
}
