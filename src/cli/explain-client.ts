import { tryOwnTemplates } from '../answer/own-templates.ts';
import { loadSettings, settingsFromFlags } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import type { OpsSettings, Settings } from '../config/settings.ts';
import { type Preview, previewerOf } from '../gateway/preview.ts';
import { type PreviewWish, readWish } from '../gateway/preview-request.ts';
import { idlePlan, SILENT } from './idle-plan.ts';
import { askOps } from './ops-preview.ts';
import { previewInWords } from './preview-words.ts';
import { routeLine } from './route-line.ts';

/** What is asked for by `candor explain URL --as CLIENT --when SITUATION`. */
export interface ClientFlags extends Omit<PreviewWish, 'when' | 'headers' | 'url'> {
  readonly url: string;
  readonly when?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly config: string;
  readonly ops?: string | undefined;
  readonly json: boolean;
}

/** Says what a client gets, and why. Resolves to the exit code, or to what is wrong with how it was asked. */
export async function explainClient(flags: ClientFlags): Promise<number | string> {
  const { url, as, method, header, language, disposition, when = 'now' } = flags;
  const wish = { url, as, method, headers: header, language, disposition, when };
  const read = readWish(wish, url);
  if ('fault' in read) return read.fault;
  if (flags.ops !== undefined && !/^https?:$/.test(URL.parse(flags.ops)?.protocol ?? '')) {
    return `${JSON.stringify(flags.ops)} is no URL such as http://127.0.0.1:9901`;
  }
  const found = await explained(wish, flags);
  if (typeof found === 'string') {
    process.stderr.write(found);
    return 2;
  }
  const { preview, notes, line } = found;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ...preview, notes, line }, null, 2)}\n`
      : previewInWords(preview, { notes, line, config: flags.config }),
  );
  const isLost = preview.route === null && preview.outcome !== 'own_path';
  return isLost && wish.when !== 'unknown-route' ? 1 : 0;
}

interface Explained {
  readonly preview: Preview;
  /** Where this comes from, and what could not be asked. */
  readonly notes: readonly string[];
  /** Of the route, in the settings file; null where it is not known. */
  readonly line: number | null;
}

/** The explanation, or what to print on standard error where there can be none. */
async function explained(wish: PreviewWish, flags: ClientFlags): Promise<Explained | string> {
  const loaded = await loadSettings(flags.config);
  const settings = loaded.ok ? loaded.settings : await defaults();
  const ops = flags.ops ?? addressOf(settings.ops);
  const { token } = settings.ops;
  const notes: string[] = [];
  let when = wish.when;
  if (when === 'now' || flags.ops !== undefined) {
    const asked = await askOps({ address: ops, token }, wish);
    if ('preview' in asked) {
      return { preview: asked.preview, notes: [`by the running gateway, ${ops}`], line: null };
    }
    notes.push(`no running gateway could be asked: ${ops} ${asked.fault}`);
  }
  if (!loaded.ok) return loaded.problems.map((problem) => `${problemLine(problem)}\n`).join('');
  if (when === 'now') {
    when = 'outage';
    notes.push('so an outage is supposed; --when chooses another situation');
  }
  notes.push(`by the settings alone, ${flags.config}`);
  const { own } = await tryOwnTemplates(loaded.settings, SILENT);
  const preview = previewerOf(idlePlan(loaded.settings, own), SILENT)({ ...wish, when });
  if ('fault' in preview) return `candor explain: ${preview.fault}\n`;
  const index = preview.route?.index ?? null;
  return { preview, notes, line: index === null ? null : await routeLine(flags.config, index) };
}

/** What the demo and a gateway without a settings file run by: what they answer can be asked for as well. */
async function defaults(): Promise<Settings> {
  const loaded = await settingsFromFlags({ upstream: 'http://127.0.0.1' });
  if (!loaded.ok) throw new Error('the defaults are refused');
  return loaded.settings;
}

/** Where the ops listener of some settings is reached from this machine. */
function addressOf({ host, port }: OpsSettings): string {
  const reached = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
