import type { JsonValue } from '../config/settings.ts';
import { asJson } from './outage-object.ts';
import { SLOT, withoutMarkers } from './slots.ts';
import type { Telling } from './telling.ts';
import { isoSeconds } from './times.ts';

const PLACEHOLDER = /\{(\w+)\}/g;
const ONLY_PLACEHOLDER = /^\{(\w+)\}$/;

/**
 * An API's own error envelope, from a template of the settings.
 *
 * Values are filled into the parsed template and printed as JSON afterwards, so nothing that they
 * hold can break out. A string that is one placeholder becomes the value with its type, null
 * included; a name that is not known stays as it is written.
 */
export function envelopeJson(template: JsonValue, telling: Telling): string {
  return asJson(filled(template, valuesOf(telling)));
}

/** The names that a template may use between braces; docs/answers.md explains them. */
export const PLACEHOLDERS = [
  'status',
  'title',
  'detail',
  'message',
  'brand',
  'reason',
  'verdict',
  'reported',
  'since',
  'endsAt',
  'component',
  'disposition',
  'retrySafe',
  'retryAfter',
  'reference',
  'statusPage',
  'incidentId',
  'incidentName',
  'incidentStatus',
  'incidentImpact',
  'incidentUrl',
] as const;

type Values = Readonly<Record<string, string | number | boolean | null>>;
type Placeholder = (typeof PLACEHOLDERS)[number];

function valuesOf({
  notice,
  wording,
  title,
  detail,
  message,
}: Telling): Readonly<Record<Placeholder, Values[string]>> {
  const { incident } = notice.published;
  const clean = (text: string | null | undefined): string | null =>
    text == null ? null : withoutMarkers(text);
  return {
    status: notice.status,
    title,
    detail,
    message,
    brand: wording.brand,
    reason: notice.reason,
    verdict: notice.verdict,
    reported: notice.reported,
    since: notice.since === null ? null : isoSeconds(notice.since),
    endsAt: notice.endsAt === null ? null : isoSeconds(notice.endsAt),
    component: clean(notice.component),
    disposition: notice.disposition,
    retrySafe: notice.retrySafe,
    retryAfter: notice.hasRetry ? SLOT.retry : null,
    reference: SLOT.reference,
    statusPage: notice.published.url,
    incidentId: clean(incident?.id),
    incidentName: clean(incident?.name),
    incidentStatus: clean(incident?.rawStatus),
    incidentImpact: incident === null ? null : notice.published.severity,
    incidentUrl: clean(incident?.url),
  };
}

function filled(template: JsonValue, values: Values): JsonValue {
  if (typeof template === 'string') return filledText(withoutMarkers(template), values);
  if (template === null || typeof template !== 'object') return template;
  // A read-only array is not told apart by `Array.isArray`, but has a length that is a number.
  if (isList(template)) return template.map((item) => filled(item, values));
  return Object.fromEntries(
    Object.entries(template).map(([name, item]) => [withoutMarkers(name), filled(item, values)]),
  );
}

function filledText(text: string, values: Values): JsonValue {
  const only = ONLY_PLACEHOLDER.exec(text)?.[1];
  if (only !== undefined && Object.hasOwn(values, only)) return values[only] ?? null;
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name] ?? '') : whole,
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
