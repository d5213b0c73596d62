import { IntlMessageFormat } from 'intl-messageformat';

/** A text in ICU MessageFormat, parsed: the one home of intl-messageformat. */
export interface Message {
  /** The names of its arguments, sorted, each once. */
  readonly names: readonly string[];
  /**
   * The text with its arguments filled in, cut around the values that are no text, which stay what
   * they are. Throws when a value is missing.
   */
  parts<T extends object>(
    values: Readonly<Record<string, string | number | T>>,
  ): readonly (string | T)[];
}

type Syntax = ReturnType<IntlMessageFormat['getAst']>;

/** Parses a text. Throws a SyntaxError when it is no ICU MessageFormat. */
export function parseMessage(text: string, language: string): Message {
  // Texts hold no markup: a `<` is a character like any other.
  const format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
  return {
    names: [...new Set(namesIn(format.getAst()))].sort(),
    parts: <T extends object>(values: Readonly<Record<string, string | number | T>>) =>
      format.formatToParts<T>(values).map(({ value }) => value),
  };
}

function namesIn(syntax: Syntax): readonly string[] {
  return syntax.flatMap((element) => {
    if ('options' in element) {
      const inner = Object.values(element.options).flatMap(({ value }) => namesIn(value));
      return [element.value, ...inner];
    }
    // Literals and `#` have no name; only they have none.
    return element.type === 0 || element.type === 7 ? [] : [element.value];
  });
}
