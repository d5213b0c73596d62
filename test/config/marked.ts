import { parseSettings } from '../../src/config/load.ts';
import type { Problem } from '../../src/config/problem.ts';
import type { Settings } from '../../src/config/settings.ts';

/** A text in which `»` marks the place where a problem is expected. */
export interface Marked {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Takes the mark out, and says where it stood. */
export function marked(source: string): Marked {
  const before = source.slice(0, source.indexOf('»')).split('\n');
  return {
    text: source.replace('»', ''),
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  };
}

/** What is wrong with a text; none when it is good. */
export async function problemsOf(
  text: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Problem[]> {
  const loaded = await parseSettings({ text, file: 'candor.yaml', env });
  return loaded.ok ? [] : loaded.problems;
}

/** The settings of a text that must be good. */
export async function settingsOf(
  text: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Settings> {
  const loaded = await parseSettings({ text, file: 'candor.yaml', env });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.settings;
}

/** One upstream, and whatever else the text says. */
export function withApp(rest = ''): string {
  return `upstreams:\n  app:\n    endpoints: [http://10.0.0.5:8080]\n${rest}`;
}
