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
    const key = `${fault.template}:${fault.line}:${fault.found.replace(/\d+/g, '')}`;
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
      return [failure(error, null)];
    }
  });
}

/** In the place of the real ones, which every page has and which take long to parse. */
const STANDIN = { style: '/* the style */', script: '/* the script */' } as const;

function* renderedFaults(trial: Trial, engine: Engine): Generator<TemplateFault | null> {
  const { brand, settings, locales, own } = trial;
  const constants = { style: styleOf(brand, own), script: pageScript() };
  let hasFault = false;
  for (const [index, locale] of locales.entries()) {
    // Whether a text is escaped does not depend on its language.
    const press = { engine, constants, hasCanaries: index === 0 };
    for (const sample of templateSamples(brand, locale, settings)) {
      const { faults, isEndless } = sampleFaults(trial, sample, press);
      yield* faults;
      yield null;
      // A template without an end takes its time for each page.
      if (isEndless) return;
      hasFault ||= faults.length > 0;
    }
    // The other languages have the same faults; those of their own show when these are mended.
    if (hasFault) return;
  }
}

function sampleFaults(
  trial: Trial,
  sample: Sample,
  press: Press,
): { readonly faults: readonly TemplateFault[]; readonly isEndless: boolean } {
  try {
    const canaries = press.hasCanaries ? canaryFaults(trial, sample, press) : [];
    return { faults: [...pageFaults(trial, sample, press), ...canaries], isEndless: false };
  } catch (error) {
    const isEndless = error instanceof TemplateError && error.isEndless;
    return { faults: [failure(error, sample.name)], isEndless };
  }
}

interface Press {
  readonly engine: Engine;
  readonly constants: Pick<TemplateData, 'style' | 'script'>;
  readonly hasCanaries: boolean;
}

function pageFaults(
  { own }: Trial,
  { name, view }: Sample,
  { engine, constants }: Press,
): readonly TemplateFault[] {
  const data = { ...view, ...STANDIN };
  const page = traced(engine.render(data));
  const whole = page.text
    .replace(STANDIN.style, () => constants.style)
    .replace(STANDIN.script, () => constants.script);
  return [
    ...inspectPage(page.text, data).map((fault) => located(fault, { page, own, sample: name })),
    ...heavyFaults(whole, view.isFrame).map((fault) => ({
      template: heaviest(page, own),
      line: null,
      ...fault,
      sample: name,
    })),
  ];
}

function canaryFaults(
  { own }: Trial,
  { name, view }: Sample,
  { engine }: Press,
): readonly TemplateFault[] {
  const page = traced(engine.render({ ...withCanaries(view), ...STANDIN }));
  return inspectCanaries(page.text).map((fault) => located(fault, { page, own, sample: name }));
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

/** A bug of this program that a template brings to light is laid to the template, too. */
function failure(error: unknown, sample: string | null): TemplateFault {
  const isKnown = error instanceof TemplateError;
  const message = error instanceof Error ? error.message : String(error);
  return {
    template: isKnown ? error.template : 'page',
    line: isKnown ? error.line : null,
    found: isKnown ? error.reason : message,
    expected: 'a template that renders',
    sample,
  };
}
