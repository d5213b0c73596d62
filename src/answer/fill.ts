import { codingsFor } from './accept-encoding.ts';
import type { Answer } from './answer.ts';
import type { Recognised } from './client-kind.ts';
import type { Ask } from './client-table.ts';
import { escapeMarkup } from './escape.ts';
import { FilledAnswer, type PerRequest } from './filled-answer.ts';
import { type KeptRetry, keptRetryOf } from './kept-fields.ts';
import type { Prepared } from './prepare.ts';
import { drawSeconds } from './retry-after.ts';
import { returnTo } from './return-to.ts';
import type { SheetValues } from './sheet.ts';

const REFERENCE_CHARACTERS = 128;
const STREAM_RETRY_MS = { least: 15_000, spread: 30_000 };

/** Fills a prepared answer for one request. */
export function fill(
  prepared: Prepared,
  ask: Ask,
  recognised: Recognised,
  perRequest: PerRequest,
): Answer {
  const { asker } = ask;
  const { kept } = perRequest.matter;
  const keptRetry = kept.length === 0 ? null : keptRetryOf(kept, perRequest.now);
  const seconds = secondsFor(prepared, keptRetry, perRequest);
  const values: SheetValues = {
    reference: cleanReference(asker.reference),
    retry: String(seconds),
    retryText: prepared.form === 'text' ? prepared.wording.seconds(seconds) : '',
    returnTo:
      prepared.form === 'page' || prepared.form === 'frame'
        ? escapeMarkup(returnTo(asker.method, asker.target, ask.fields))
        : '',
    streamRetry: prepared.form === 'event_stream' ? streamRetry(perRequest.random) : '',
    origin: perRequest.origin ?? '',
  };
  const encoded = prepared.coded?.page.in(codingsFor(ask.fields.acceptEncoding), values) ?? null;
  return new FilledAnswer(prepared, recognised, { ask, perRequest, values, encoded, keptRetry });
}

function secondsFor(
  { retry }: Prepared,
  keptRetry: KeptRetry | null,
  { now, random }: PerRequest,
): number {
  if (retry === null) return 0;
  return keptRetry?.seconds ?? drawSeconds(retry, random(), now);
}

function streamRetry(random: () => number): string {
  return String(STREAM_RETRY_MS.least + Math.floor(random() * (STREAM_RETRY_MS.spread + 1)));
}

/**
 * A reference of ours is printed as it is. One that a trusted proxy sent may hold anything: only
 * letters, digits and `-._:=+/@~` stay, so it needs no escaping in any form.
 */
function cleanReference(reference: string): string {
  for (let index = 0; index < reference.length; index++) {
    const code = reference.charCodeAt(index);
    const isPlain =
      (code >= 0x2d && code <= 0x3a) ||
      (code >= 0x40 && code <= 0x5a) ||
      (code >= 0x61 && code <= 0x7a) ||
      code === 0x5f;
    if (!isPlain) return reference.replace(/[^\w\-.:=+/@~]/g, '').slice(0, REFERENCE_CHARACTERS);
  }
  return reference.length <= REFERENCE_CHARACTERS
    ? reference
    : reference.slice(0, REFERENCE_CHARACTERS);
}
