import { randomFillSync } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Belief } from '../outage/verdict.ts';
import type { StatusPageState } from '../statuspage/model.ts';
import type { Answer, Asker, Matter } from './answer.ts';
import { readAsk, recognise } from './client-kind.ts';
import { isOrigin } from './cors.ts';
import { fill } from './fill.ts';
import type { PerRequest } from './filled-answer.ts';
import type { Form } from './form.ts';
import { lastResort } from './last-resort.ts';
import { type Locales, loadLocales } from './locales.ts';
import { noticeOf } from './notice.ts';
import type { OwnTemplates } from './own-templates.ts';
import { type Prepared, prepare } from './prepare.ts';
import { variantKey } from './prepared-answers.ts';
import { problemPage } from './problem-page.ts';
import { readFields } from './request-fields.ts';
import { isRetrySafe } from './retry-safe.ts';
import { type PublicState, type PublicStatus, toldOf } from './status-json.ts';
import { type Voice, Voices } from './voices.ts';

/** What answers are made from. */
export interface AnswererDeps {
  readonly settings: Settings;
  /** What is known of the status page right now; read for each answer. */
  readonly statusPage: () => StatusPageState;
  readonly log: Log;
  /** What is believed of all upstreams; with it, a part that fails is told from the whole. */
  readonly beliefs?: () => readonly Belief[];
  /** Default: all that are built in. */
  readonly locales?: Locales;
  /** Templates of operators that were tried: `tryOwnTemplates`. Default: none. */
  readonly own?: OwnTemplates;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** Makes answers. */
export interface Answerer {
  /** The operators' templates that it was given. */
  readonly own: OwnTemplates;
  /**
   * The whole answer to one request, complete before anything of it is written.
   *
   * Never throws: what cannot be rendered is answered with the page that is built into the program.
   */
  answer(asker: Asker, matter: Matter): Answer;
  /**
   * What the public may know, from what is believed of the upstreams that routes lead to. The same
   * object for as long as it reads the same. Throws only what a broken locale file throws.
   */
  publicState(beliefs: readonly Belief[], ask: PublicAsk): PublicState;
  /** What `GET /_candor/problems/NAME` replies; null for a name that no problem has. */
  problemPage(name: string, ask: PublicAsk): PublicStatus | null;
}

/** Who asks on one of the gateway's own public paths, and for what. */
export interface PublicAsk {
  readonly rawHeaders: readonly string[];
  /** The request's `upstream` parameter, or null. */
  readonly upstream: string | null;
  /** The language of the page that asks, its `lang` parameter; null: as the fields say. */
  readonly language: string | null;
}

/** One request in the form that it gets. */
interface Wanted {
  readonly asker: Asker;
  readonly form: Form;
}

const NO_BELIEFS: readonly Belief[] = [];

/** Builds an answerer for one version of the settings. Throws when the program's own templates are missing. */
export function createAnswerer(deps: AnswererDeps): Answerer {
  const { settings, log, statusPage, beliefs = () => NO_BELIEFS } = deps;
  const { now = Date.now, random = Math.random, own = new Map() } = deps;
  const voices = new Voices({
    settings,
    log,
    locales: deps.locales ?? loadLocales(log),
    own,
  });
  let hasFailed = false;

  const preparedFor = (
    { workshop, prepared }: Voice,
    { asker, form }: Wanted,
    perRequest: PerRequest,
  ): Prepared => {
    const { matter, retrySafe, isPlain503 } = perRequest;
    const state = statusPage();
    const envelope = form === 'envelope' ? (asker.route?.errors ?? null) : null;
    const current = { statusPage: state, now: perRequest.now };
    const variants = prepared.of(matter.belief, envelope, current);
    const key = variantKey(form, asker, perRequest);
    const before = variants.get(key);
    if (before !== undefined) return before;
    const made = prepare(
      noticeOf(matter, { ...current, retrySafe, isPlain503, beliefs: beliefs() }),
      {
        form,
        asker,
        hasOrigin: perRequest.origin !== null,
        upstream: matter.belief?.upstream ?? null,
      },
      workshop,
    );
    variants.set(key, made);
    return made;
  };

  const voiceFor = ({ rawHeaders, language }: PublicAsk): Voice => {
    const { host, acceptLanguage } = readFields(rawHeaders);
    return voices.of({ host, acceptLanguage: language ?? acceptLanguage });
  };

  return {
    own,
    publicState(beliefsNow, ask) {
      const { workshop, states } = voiceFor(ask);
      const told = toldOf(beliefsNow, ask.upstream);
      const known = { beliefs: beliefsNow, told, statusPage: statusPage(), now: now() };
      return states.of(known, { ...workshop, isPayment: false });
    },
    problemPage: (name, ask) => problemPage(name, voiceFor(ask).workshop.wording),
    answer(asker, matter) {
      try {
        const ask = readAsk(asker);
        const recognised = recognise(ask);
        const { origin } = ask.fields;
        const retrySafe = isRetrySafe(ask, matter, recognised.kind === 'graphql');
        const perRequest = {
          matter,
          retrySafe,
          isPlain503: retrySafe && recognised.row.status === 503,
          origin: origin !== undefined && isOrigin(origin) ? origin : null,
          now: now(),
          random,
        };
        const wanted = { asker, form: recognised.form };
        const prepared = preparedFor(voices.of(ask.fields), wanted, perRequest);
        return fill(prepared, ask, recognised, perRequest);
      } catch (error) {
        // The client gets the built-in page; the log says it once, or a storm would fill the disk.
        if (!hasFailed) log.error({ err: error }, 'an answer could not be rendered');
        hasFailed = true;
        return lastResort(asker, matter, { settings, brandOf: (host) => voices.brandOf({ host }) });
      }
    },
  };
}

const DIGITS = Uint8Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit) => digit.charCodeAt(0));
const DASH = 0x2d;
const pool = new Uint8Array(12 * 512);
let next = pool.length;

/**
 * A reference for a request that came without one: 12 Crockford base32 characters (60 random bits)
 * in groups of four, `9F3K-7Q2M-4TXB`. The random bytes are drawn for 512 references at once.
 */
export function newReference(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const at = next;
  next += 12;
  // One call makes one flat string; joined from parts it would be taken apart again on its way out.
  return String.fromCharCode(
    digit(at),
    digit(at + 1),
    digit(at + 2),
    digit(at + 3),
    DASH,
    digit(at + 4),
    digit(at + 5),
    digit(at + 6),
    digit(at + 7),
    DASH,
    digit(at + 8),
    digit(at + 9),
    digit(at + 10),
    digit(at + 11),
  );
}

function digit(index: number): number {
  return DIGITS[(pool[index] ?? 0) & 31] ?? 0;
}
