import type { Incident } from '../incident.ts';
import { CAUSE_WORDS } from '../signal-words.ts';
import type { Report } from './model.ts';

/** What the gateway saw of the cause: what it met, not why that was so, which people have to say. */
export function causesOf({ causes }: Pick<Incident, 'causes'>): Report['causes'] {
  return causes.map((cause) => ({ cause, words: sentence(CAUSE_WORDS[cause]) }));
}

/** A clause as a sentence of its own. */
function sentence(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}
