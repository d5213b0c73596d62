import { durationMs } from '../config/scalars.ts';
import type { MaintenanceWish } from '../outage/maintenance.ts';

/** What the body of a request may say. */
const MEMBERS: ReadonlySet<string> = new Set([
  'reason',
  'message',
  'endsAt',
  'expiresAt',
  'for',
  'bypass',
]);

/** Planned work as it was asked for, and whether a bypass link is wanted with it. */
export interface AskedMaintenance extends MaintenanceWish {
  readonly bypass: boolean;
}

/** Reads the JSON body of a request; what is wrong with it comes back in words. */
export function readMaintenance(
  body: unknown,
  upstream: string | null,
  now: number,
): AskedMaintenance | { readonly fault: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { fault: 'A JSON object is expected, with Content-Type: application/json.' };
  }
  const given = new Map<string, unknown>(Object.entries(body));
  const unknown = [...given.keys()].find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) {
    return { fault: `There is no member ${JSON.stringify(unknown)}: ${[...MEMBERS].join(', ')}.` };
  }
  if (given.has('for') && given.has('expiresAt')) {
    return { fault: 'Either "for" or "expiresAt" says when it expires, not both.' };
  }
  try {
    return {
      upstream,
      reason: textIn(given, 'reason') ?? '',
      message: textIn(given, 'message'),
      endsAt: timeIn(given, 'endsAt'),
      expiresAt: given.has('for') ? now + durationIn(given, 'for') : timeIn(given, 'expiresAt'),
      bypass: flagIn(given, 'bypass'),
    };
  } catch (error) {
    if (error instanceof WrongMember) return { fault: error.message };
    throw error;
  }
}

/** Never leaves this file: the readers below are nested in one expression. */
class WrongMember extends Error {}

type Given = ReadonlyMap<string, unknown>;

function textIn(given: Given, name: string): string | null {
  const value = given.get(name) ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new WrongMember(`"${name}" is expected to be a text.`);
}

function flagIn(given: Given, name: string): boolean {
  const value = given.get(name) ?? false;
  if (typeof value === 'boolean') return value;
  throw new WrongMember(`"${name}" is expected to be true or false.`);
}

function timeIn(given: Given, name: string): number | null {
  const text = textIn(given, name);
  if (text === null) return null;
  const at = Date.parse(text);
  // A time without a zone would be the server's: whoever is in another means another hour.
  if (/T.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at)) return at;
  throw new WrongMember(`"${name}" is expected to be a time such as 2026-03-05T03:00:00Z.`);
}

function durationIn(given: Given, name: string): number {
  const ms = durationMs(textIn(given, name) ?? '');
  if (ms !== undefined) return ms;
  throw new WrongMember(`"${name}" is expected to be a duration such as 90m or 2h.`);
}
