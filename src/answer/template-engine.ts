import { createContext, Script } from 'node:vm';
import { Eta } from 'eta';
import { escapeForTemplate } from './escape.ts';
import { type Place, withMarks } from './template-origins.ts';
import { STYLE, type TemplateSource, type TemplateSources } from './template-sources.ts';

/** What is wrong with one template, and where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** The template's name: `parts/header`. */
  readonly template: string;
  readonly line: number | null;
  /** The message without the place. */
  readonly reason: string;
  readonly isEndless: boolean;

  constructor({ template, line }: TemplatePlace, reason: string, more: TemplateErrorMore = {}) {
    super(`${template}.eta:${line ?? 1}: ${reason}`, { cause: more.cause });
    this.template = template;
    this.line = line;
    this.reason = reason;
    this.isEndless = more.isEndless ?? false;
  }
}

interface TemplateErrorMore {
  readonly cause?: unknown;
  readonly isEndless?: boolean;
}

interface TemplatePlace {
  readonly template: string;
  readonly line: number | null;
}

/** Compiled templates that include one another. */
export interface Engine {
  /** The whole page. Throws a `TemplateError`. */
  render(data: object): string;
  /**
   * Several pages, or what keeps them from being made. Stopped where they do not end: that is the
   * last thing in the list then.
   */
  renderEach(all: readonly object[]): readonly (string | TemplateError)[];
  /** The templates that were included so far, `page` among them. */
  readonly entered: ReadonlySet<string>;
}

/** How long some pages may take: some hundred times what they do take, and a second time more, because the machine may be busy. */
const LONGEST_MS = [250, 500] as const;

/**
 * Compiles templates: the one home of eta. Throws a `TemplateError` for one that does not compile.
 *
 * With `isTraced` the pages carry marks of where each line came from: `template-origins.ts`.
 */
export function createEngine(
  sources: TemplateSources,
  { isTraced = false }: { readonly isTraced?: boolean } = {},
): Engine {
  const eta = new TracedEta(sources, isTraced);
  for (const source of sources.values()) {
    if (source.name !== STYLE) eta.add(source);
  }
  const render = (data: object): string => eta.render('page', data);
  return {
    entered: eta.entered,
    render,
    renderEach(all) {
      let pages: (string | TemplateError)[] = [];
      for (const ms of LONGEST_MS) {
        pages = [];
        const work = (): void => {
          for (const data of all) pages.push(attempt(render, data));
        };
        if (bounded(work, ms)) return pages;
      }
      return [...pages, new TemplateError(placeOf(eta.last), 'no end', { isEndless: true })];
    },
  };
}

function attempt(render: (data: object) => string, data: object): string | TemplateError {
  try {
    return render(data);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    // What is thrown beside the tags: a stack that is full, an exit that was called.
    const reason = error instanceof Error ? error.message : String(error);
    return new TemplateError({ template: 'page', line: null }, reason, { cause: error });
  }
}

function placeOf({ name, line }: Place): TemplatePlace {
  return { template: name, line };
}

/** Eta with templates from memory alone, which knows at any moment where it is. */
class TracedEta extends Eta {
  readonly entered = new Set<string>();
  /** The tag that ran last. */
  last: Place = { name: 'page', line: 1 };
  #source: TemplateSource | null = null;

  constructor(sources: TemplateSources, isTraced: boolean) {
    super({
      autoEscape: true,
      escapeFunction: escapeForTemplate,
      cache: true,
      // Keeps the number of the line that runs.
      debug: true,
      // Out here `this` is the engine; in a callback of a template it may be anything.
      functionHeader: 'const __eta_at = (line) => this.at(options.filepath, line);',
    });
    this.configure({
      plugins: [
        {
          processAST: (pieces) => (isTraced ? withMarks(pieces, this.#compiled()) : pieces),
          processFnString: (code) =>
            code.replace(/^__eta\.line=(\d+)$/gm, '__eta.line=__eta_at($1)'),
        },
      ],
    });
    this.resolvePath = (name) => {
      this.entered.add(name);
      return name;
    };
    this.readFile = (name) => {
      const known = [...sources.keys()].filter((other) => other.startsWith('parts/'));
      throw new TemplateError(
        placeOf(this.last),
        `there is no template '${name}'; there are ${known.join(', ')}`,
      );
    };
    this.RuntimeErr = (error, _, line, path) => {
      if (error instanceof TemplateError) throw error;
      throw new TemplateError({ template: path, line }, error.message, { cause: error });
    };
  }

  /** Called by the templates themselves, tag by tag. */
  at(name: string, line: number): number {
    this.last = { name, line };
    return line;
  }

  add(source: TemplateSource): void {
    this.#source = source;
    try {
      this.loadTemplate(source.name, source.text);
    } catch (error) {
      const line = this.#lineOf(error, source);
      const reason = reasonOf(error instanceof Error ? error.message : String(error));
      throw new TemplateError({ template: source.name, line }, reason, { cause: error });
    }
  }

  #compiled(): { readonly name: string; readonly lines: number } {
    const { name = '', text = '' } = this.#source ?? {};
    return { name, lines: text.split('\n').length };
  }

  /** Eta tells the place of its own complaints in words, and V8 that of others in the code that Eta made. */
  #lineOf(error: unknown, { text }: TemplateSource): number | null {
    const said = error instanceof Error ? / at line (\d+) col \d+/.exec(error.message)?.[1] : null;
    if (said != null) return Number(said);
    const code = this.compileToString(text);
    const failing = syntaxErrorLine(code);
    if (failing === null) return null;
    const before = code.split('\n').slice(0, failing);
    const tag = before.findLastIndex((line) => line.startsWith('__eta.line='));
    const first = /\((\d+)\)$/.exec(before[tag] ?? '')?.[1];
    // What is left open is noticed at the end, behind the last line.
    return first === undefined
      ? null
      : Math.min(Number(first) + Math.max(0, failing - tag - 2), text.trimEnd().split('\n').length);
  }
}

/** Without Eta's heading and place, and without the code that it made. */
function reasonOf(message: string): string {
  const [first = ''] = message.replace(/^Bad template syntax\s+/, '').split('\n');
  // Eta ends a template's code with one: what comes before it lacks an end.
  if (first === "Unexpected token 'catch'") return 'a { without its }';
  return first.replace(/ at line \d+ col \d+:$/, '');
}

/** The line, from 1, in which V8 stops reading a function's body; null where it reads it all. */
function syntaxErrorLine(body: string): number | null {
  try {
    new Script(`(function(it,options){\n${body}\n})`, { filename: 'template' });
    return null;
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const line = /^template:(\d+)/.exec(stack)?.[1];
    return line === undefined ? null : Number(line) - 1;
  }
}

const CALL = new Script('work()');
const context: { work?: () => void } = createContext({});

/**
 * Runs something that may never end; false where V8 had to stop it, wherever it was. That takes a
 * thread each time, which a busy machine may give late: so it is done for several pages together.
 */
function bounded(work: () => void, timeout: number): boolean {
  context.work = work;
  try {
    CALL.runInContext(context, { timeout });
    return true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

/** The error belongs to the context that it was thrown in, so its class is not ours. */
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
