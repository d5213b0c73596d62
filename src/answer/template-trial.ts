import { gzipSync } from 'node:zlib';
import type { BrandSettings, Settings } from '../config/settings.ts';
import { withCanaries } from './canaries.ts';
import type { Locales } from './locales.ts';
import { pageScript, styleOf, type TemplateData } from './page.ts';
import { inspectCanaries, inspectPage, type PageFault } from './page-inspection.ts';
import { inspectStyle } from './style-inspection.ts';
import { createEngine, type Engine, TemplateError } from './template-engine.ts';
import { type Traced, traced } from './template-origins.ts';
import { type Sample, templateSamples } from './template-samples.ts';
import { builtInTemplates, STYLE, type TemplateSources } from './template-sources.ts';

/** What is wrong with one template of an operator. */
export interface TemplateFault {
  readonly template: string;
  /** Null where the template as a whole is meant. */
  readonly line: number | null;
  readonly found: string;
  readonly expected: string;
  /** The page in which it showed; null where no page was needed to see it. */
  readonly sample: string | null;
}

/** What is tried, and in whose name. */
export interface Trial {
  readonly own: TemplateSources;
  readonly brand: BrandSettings;
  readonly settings: Settings;
  readonly locales: Locales;
}

const KB = 1024;
/** UX.md, section 8. */
const MOST_BYTES = { page: 24 * KB, zipped: 8 * KB, frame: 8 * KB, style: 6 * KB } as const;
/** Whoever mends so many faults looks again. */
const MOST_FAULTS = 50;

/**
 * Tries templates, and gives each fault once; null after each page, so that whoever asks can let
 * others work in between. Ends at the first stage that has faults: what does not compile cannot be
 * rendered.
 */
export function* templateFaults(trial: Trial): Generator<TemplateFault | null> {
  const early = [...styleFaults(trial), ...compileFaults(trial.own)];
  yield* early;
  if (early.length > 0) return;
  const engine = createEngine(new Map([...builtInTemplates(), ...trial.own]), { isTraced: true });
  const seen = new Set<string>();
  for (const fault of renderedFaults(trial, engine)) {
    if (fault === null) {
      yield null;
      continue;
    }
    const { template, line, found, expected } = fault;
    // The same weight is another number on each page.
    const key = `${template}:${line}:${found.replace(/\d+/g, '')}:${expected}`;
    if (!seen.has(key)) yield fault;
    seen.add(key);
    if (seen.size >= MOST_FAULTS) return;
  }
  if (seen.size === 0) yield* unusedParts(trial.own, engine);
}

function styleFaults({ own, brand }: Trial): readonly TemplateFault[] {
  const sheet = own.get(STYLE);
  if (sheet === undefined) return [];
  const bytes = Buffer.byteLength(styleOf(brand, own));
  const heavy = heavier(bytes, MOST_BYTES.style, 'of style, without comments');
  return [
    ...inspectStyle(sheet.text).map((fault) => ({ template: STYLE, ...fault, sample: null })),
    ...heavy.map((fault) => ({ template: STYLE, line: null, ...fault, sample: null })),
  ];
}

function compileFaults(own: TemplateSources): readonly TemplateFault[] {
  return [...own.values()].flatMap((source) => {
    try {
      createEngine(new Map([[source.name, source]]));
      return [];
    } catch (error) {
      if (error instanceof TemplateError) return [failure(error, null)];
      throw error;
    }
  });
}

/** In the place of the real ones, which every page has and which take long to parse. */
const STANDIN = { style: '/* the style */', script: '/* the script */' } as const;

/** So many pages are rendered in one go, and then looked at one by one. */
const BATCH = 12;

function* renderedFaults(trial: Trial, engine: Engine): Generator<TemplateFault | null> {
  const { brand, settings, locales, own } = trial;
  const constants = { style: styleOf(brand, own), script: pageScript() };
  let hasFault = false;
  for (const [index, locale] of locales.entries()) {
    const samples = [...templateSamples(brand, locale, settings)];
    // Whether a text is escaped does not depend on its language.
    const views = index === 0 ? samples.flatMap(bothOf) : samples.map(plainOf);
    for (let start = 0; start < views.length; start += BATCH) {
      const batch = views.slice(start, start + BATCH);
      const pages = engine.renderEach(batch.map(({ data }) => data));
      for (const [at, page] of pages.entries()) {
        const faults = shownFaults(page, batch[at], { own, constants });
        hasFault ||= faults.length > 0;
        yield* faults;
        yield null;
      }
      // What fails with a dozen pages fails with all; and a template without an end takes its time.
      if (pages.every((page) => page instanceof TemplateError) || pages.some(isEndless)) return;
    }
    // The other languages have the same faults; those of their own show when these are mended.
    if (hasFault) return;
  }
}

/** What one page is made from. */
interface Viewed {
  readonly name: string;
  readonly data: TemplateData;
  readonly hasCanaries: boolean;
}

function plainOf({ name, view }: Sample): Viewed {
  return { name, data: { ...view, ...STANDIN }, hasCanaries: false };
}

function bothOf(sample: Sample): readonly Viewed[] {
  const plain = plainOf(sample);
  const data = { ...withCanaries(sample.view), ...STANDIN };
  return [plain, { ...plain, data, hasCanaries: true }];
}

function isEndless(page: string | TemplateError): boolean {
  return page instanceof TemplateError && page.isEndless;
}

function shownFaults(
  rendered: string | TemplateError,
  viewed: Viewed | undefined,
  { own, constants }: Shown,
): readonly TemplateFault[] {
  if (viewed === undefined) return [];
  const { name, data, hasCanaries } = viewed;
  if (typeof rendered !== 'string') return [failure(rendered, name)];
  const page = traced(rendered);
  const seen = { page, own, sample: name };
  if (hasCanaries) return inspectCanaries(page.text).map((fault) => located(fault, seen));
  const whole = page.text
    .replace(STANDIN.style, () => constants.style)
    .replace(STANDIN.script, () => constants.script);
  return [
    ...inspectPage(page.text, data).map((fault) => located(fault, seen)),
    ...heavyFaults(whole, data.isFrame).map((fault) => ({
      template: heaviest(page, own),
      line: null,
      ...fault,
      sample: name,
    })),
  ];
}

interface Shown {
  readonly own: TemplateSources;
  readonly constants: Pick<TemplateData, 'style' | 'script'>;
}

interface Seen {
  readonly page: Traced;
  readonly own: TemplateSources;
  readonly sample: string;
}

/**
 * The operator's template that a fault is laid to: the one that put it there; where that is one of
 * ours (a part left something open), or where something is missing, the one whose task it was; at
 * the last, the one that put most on the page.
 */
function located(
  { offset, task, found, expected }: PageFault,
  { page, own, sample }: Seen,
): TemplateFault {
  const place = offset === null ? null : page.placeAt(offset);
  const isOwn = place !== null && own.has(place.name);
  const template = [task, 'page'].find((name) => own.has(name)) ?? heaviest(page, own);
  return {
    template: isOwn ? place.name : template,
    line: isOwn ? place.line : null,
    found,
    expected,
    sample,
  };
}

function heaviest({ shares }: Traced, own: TemplateSources): string {
  const ranked = [...own.keys()].toSorted(
    (one, other) => (shares.get(other) ?? 0) - (shares.get(one) ?? 0),
  );
  return ranked[0] ?? STYLE;
}

function heavyFaults(
  html: string,
  isFrame: boolean,
): readonly Pick<TemplateFault, 'found' | 'expected'>[] {
  const bytes = Buffer.byteLength(html);
  if (isFrame) return heavier(bytes, MOST_BYTES.frame, 'of page in a frame');
  return [
    ...heavier(bytes, MOST_BYTES.page, 'of page'),
    ...(bytes < 2 * MOST_BYTES.zipped
      ? [] // Pages shrink to less than half.
      : heavier(gzipSync(html).length, MOST_BYTES.zipped, 'of page in gzip')),
  ];
}

function heavier(
  bytes: number,
  most: number,
  what: string,
): readonly Pick<TemplateFault, 'found' | 'expected'>[] {
  return bytes <= most
    ? []
    : [{ found: `${bytes} bytes ${what}`, expected: `at most ${most} bytes` }];
}

/** A part that nothing includes has a slip in its name, as a rule. */
function unusedParts(own: TemplateSources, { entered }: Engine): readonly TemplateFault[] {
  const names = [...builtInTemplates().keys()].filter((name) => name.startsWith('parts/'));
  return [...own.keys()]
    .filter((name) => name !== STYLE && !entered.has(name))
    .map((template) => ({
      template,
      line: null,
      found: 'a template that nothing includes',
      expected: `the name of a part: ${names.join(', ')}`,
      sample: null,
    }));
}

function failure({ template, line, reason }: TemplateError, sample: string | null): TemplateFault {
  return { template, line, found: reason, expected: 'a template that renders', sample };
}
