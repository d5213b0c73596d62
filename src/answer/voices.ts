import type { BrandSettings, Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import { languageChooser } from './accept-language.ts';
import { type BrandFinder, createBrandFinder } from './brand-finder.ts';
import { EncodingLine } from './coded-page.ts';
import type { Locale, Locales } from './locales.ts';
import type { Dress, OwnTemplates } from './own-templates.ts';
import { createPagePress, type PagePress } from './page.ts';
import type { Workshop } from './prepare.ts';
import { PreparedAnswers } from './prepared-answers.ts';
import { PublicStates } from './public-states.ts';
import type { RequestFields } from './request-fields.ts';
import type { TemplateSources } from './template-sources.ts';
import { createClock } from './times.ts';
import { createWording } from './wording.ts';

/** In whose name and in which language an answer speaks, with all that is prepared for it. */
export interface Voice {
  readonly workshop: Workshop;
  readonly prepared: PreparedAnswers;
  readonly states: PublicStates;
}

/** What of a request chooses the voice. */
export type Listening = Pick<RequestFields, 'host' | 'acceptLanguage'>;

/** What voices are made from. */
export interface VoicesDeps {
  readonly settings: Settings;
  readonly log: Log;
  /** The languages that can be spoken; the first one where a client asks for none of them. */
  readonly locales: Locales;
  /** Those that were tried; a folder that is not among them is not looked into. */
  readonly own: OwnTemplates;
}

type Chooser = (acceptLanguage: string | undefined) => Locale;

const NONE: TemplateSources = new Map();

/** Every voice of the program: one for each brand in each language, made when it is first asked for. */
export class Voices {
  readonly #deps: VoicesDeps;
  readonly #brandOf: BrandFinder;
  readonly #choosers = new Map<BrandSettings | null, Chooser>();
  /** One for all voices: it bounds what compressing costs. */
  readonly #encodingLine: EncodingLine;
  readonly #presses = new Map<BrandSettings | null, PagePress>();
  readonly #made = new Map<BrandSettings | null, Map<Locale, Voice>>();

  constructor(deps: VoicesDeps) {
    this.#deps = deps;
    this.#brandOf = createBrandFinder(deps.settings);
    this.#encodingLine = new EncodingLine(deps.log);
    // What is missing or broken is found when the program starts, and not in the first outage.
    const { brand, brands } = deps.settings;
    for (const one of [null, brand, ...brands]) {
      this.#pressOf(one);
      this.#choosers.set(one, languageChooser(this.#dressOf(one)?.locales ?? deps.locales));
    }
    this.of({ host: undefined, acceptLanguage: undefined });
  }

  /** The voice for a request. Throws what a broken locale file or a missing template throws. */
  of(listening: Listening): Voice {
    const brand = this.brandOf(listening);
    const locale = this.#localeFor(brand, listening.acceptLanguage);
    const known = this.#made.get(brand)?.get(locale);
    if (known !== undefined) return known;
    const made = this.#make(brand, locale);
    const ofBrand = this.#made.get(brand) ?? new Map<Locale, Voice>();
    this.#made.set(brand, ofBrand.set(locale, made));
    return made;
  }

  /** In whose name a request is answered; null: the neutral brand. Never throws. */
  brandOf({ host }: Pick<Listening, 'host'>): BrandSettings | null {
    return this.#brandOf(host);
  }

  #localeFor(brand: BrandSettings | null, acceptLanguage: string | undefined): Locale {
    return this.#choosers.get(brand)?.(acceptLanguage) ?? this.#deps.locales[0];
  }

  #dressOf(brand: BrandSettings | null): Dress | null {
    return brand?.templates == null ? null : (this.#deps.own.get(brand.templates) ?? null);
  }

  #make(brand: BrandSettings | null, locale: Locale): Voice {
    const { settings } = this.#deps;
    const wording = createWording(locale, brand?.name ?? null);
    const workshop = {
      settings,
      brand,
      wording,
      clock: createClock(brand?.timeZone ?? 'UTC', wording),
      press: this.#pressOf(brand),
      encodingLine: this.#encodingLine,
    };
    return { workshop, prepared: new PreparedAnswers(), states: new PublicStates() };
  }

  #pressOf(brand: BrandSettings | null): PagePress {
    const known = this.#presses.get(brand);
    if (known !== undefined) return known;
    const own = this.#dressOf(brand)?.templates ?? NONE;
    const made = createPagePress({ brand, own, log: this.#deps.log });
    this.#presses.set(brand, made);
    return made;
  }
}
