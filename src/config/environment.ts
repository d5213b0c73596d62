/** The variables of the environment that settings may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What came of one text: the text with its variables filled in, or what is wrong with them. */
export type Filled =
  | { readonly kind: 'filled'; readonly text: string; readonly hasVariables: boolean }
  | { readonly kind: 'unfilled'; readonly found: string; readonly expected: string };

const EXPRESSION = /(\$?)\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}`. As in a shell, the default also takes the place of an
 * empty value; `$${` is a plain `${`. What is filled in is not read again.
 */
export function fillIn(text: string, env: Environment): Filled {
  const missing: string[] = [];
  let isMalformed = false;
  let hasVariables = false;
  const filled = text.replace(
    EXPRESSION,
    (whole, escaped: string, name?: string, other?: string) => {
      if (escaped === '$') return whole.slice(1);
      isMalformed ||= name === undefined;
      hasVariables = true;
      const value = name === undefined ? '' : valueOr(env[name], other);
      if (value === undefined && name !== undefined) missing.push(name);
      return value ?? '';
    },
  );
  if (isMalformed)
    return {
      kind: 'unfilled',
      found: `a \${ that begins no variable`,
      expected: `\${NAME} or \${NAME:-default}; a plain \${ is written $\${`,
    };
  if (missing.length > 0) return unset(missing);
  return { kind: 'filled', text: filled, hasVariables };
}

function valueOr(value: string | undefined, other: string | undefined): string | undefined {
  return other !== undefined && (value === undefined || value === '') ? other : value;
}

function unset(names: readonly string[]): Filled {
  const unique = [...new Set(names)];
  const few = unique.length === 1 ? 'the variable' : 'the variables';
  return {
    kind: 'unfilled',
    found: `${few} ${unique.join(', ')}, which the environment does not have`,
    expected: `the environment to set ${unique.length === 1 ? 'it' : 'them'}, or a default as in \${${unique[0]}:-default}`,
  };
}
