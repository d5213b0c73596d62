import { type CatalogEntry, catalog } from './catalog.ts';
import { PLACEHOLDERS } from './placeholders.ts';

const INTRODUCTION = `# Settings

The settings are one YAML file: \`candor run --config candor.yaml\`. [candor.example.yaml](candor.example.yaml) is
a whole one. \`candor check candor.yaml\` reads it as the gateway does, and reports everything that is wrong at once, with line and
column; it exits with 2 when the settings would be refused, and with 1 when a brand's templates would be. \`candor schema\` prints the JSON Schema for editors, which is also
[settings.schema.json](settings.schema.json).

For one upstream no file is needed: \`candor run --upstream http://127.0.0.1:3000\`, with \`--status-page URL\`,
\`--listen HOST:PORT\` and \`--ops HOST:PORT\` if wanted. The rules and the defaults are the same.

- **Durations** are written \`250ms\`, \`2s\`, \`5m\`, \`1h\`; **sizes** \`512B\`, \`16KiB\`, \`1MiB\`.
- **\`\${NAME}\`** is replaced by the variable NAME of the environment, and **\`\${NAME:-default}\`** by the default where the
  variable is missing or empty. A variable that is missing without a default is an error. A plain \`\${\` is written \`$\${\`. Inside
  \`{ }\` and \`[ ]\` YAML wants quotes around it: \`token: "\${OPS_TOKEN}"\`.
- **Paths** of files and folders are relative to the folder of the settings file.
- Unknown keys, keys that stand twice, tabs, stray spaces, merge keys (\`<<\`) and a second document are refused. Anchors and
  aliases can be used.
- Warnings keep nothing from running: a route that can never be taken, because an earlier one matches all that it does or
  because it lies under \`publicPrefix\`; an upstream, a rule or an envelope that no route names; \`tls\` of an upstream whose
  endpoints are all \`http\`; \`discover.dns\` without \`port\` where the name is one of Docker's, whose DNS has no SRV records; a
  host of a brand that an earlier brand matches already; brand colours with too little contrast; a space before the first key.
- \`NAME\` below stands for a name that you choose: up to 63 letters, digits, dots, dashes and underscores.
- With two or more upstreams, \`routes\` is required. An upstream has either \`endpoints\` or \`discover\`, and
  \`discover\` has either \`dns\` or \`swarm\`, the latter always with \`port\`. A certificate goes with its key. A rule under
  \`misleading\` has at least one of \`status\`, \`body\`, \`json\` and \`redirect\`. An address of \`ops\` that other machines reach needs a
  \`token\`. Under \`notify\` a \`webhook\` needs \`url\` and \`secret\`, \`slack\` a \`url\`, \`pagerduty\` a \`secret\`, \`statuspage\` a
  \`secret\` and a \`page\`.
`;

const NOTES: Readonly<Record<string, string>> = {
  errors: `An envelope is any JSON mapping or list, written in YAML. In its texts these names are filled in, each in braces:
${PLACEHOLDERS.map((name) => `\`{${name}}\``).join(', ')}. A value that is one placeholder keeps the type of what is filled in:
\`code: "{status}"\` becomes a number.
`,
};

/** The page `docs/settings.md`, made from the schema. */
export function settingsReference(): string {
  const entries = catalog().filter(isSaidOnce);
  const sections = Map.groupBy(entries, ({ path }) => path[0] ?? '');
  const tables = [...sections].map(([name, own]) => sectionOf(name, own));
  return [INTRODUCTION, ...tables].join('\n');
}

/** A section that may also stand in a list is in the catalog twice. */
function isSaidOnce({ path }: CatalogEntry): boolean {
  const alone = path.filter((part) => part !== '[]').join('.');
  return !path.includes('[]') || !catalog().some((other) => other.path.join('.') === alone);
}

function sectionOf(name: string, entries: readonly CatalogEntry[]): string {
  const note = NOTES[name];
  const rows = [['setting', 'type', 'default', 'what it says'], ...entries.map(cellsOf)];
  return `## \`${name}\`\n\n${table(rows)}${note === undefined ? '' : `\n${note}`}`;
}

function cellsOf(entry: CatalogEntry): readonly string[] {
  const cells = [`\`${nameOf(entry.path)}\``, entry.type, defaultOf(entry), entry.sentence];
  return cells.map((cell) => cell.replaceAll('|', '\\|'));
}

/** A Markdown table with its columns aligned, as Biome formats one; the first row is the head. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows]
    .map(
      (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`,
    )
    .join('');
}

/** `routes[].host`, `upstreams.NAME.hold`. */
function nameOf(path: readonly string[]): string {
  return path
    .map((part) => (part === '*' ? 'NAME' : part))
    .join('.')
    .replaceAll('.[]', '[]');
}

function defaultOf({ isRequired, default: value }: CatalogEntry): string {
  if (isRequired) return 'required';
  if (value === undefined) return '';
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``;
  return typeof value === 'object' ? '' : `\`${value}\``;
}
