import { type Fields, instantOf } from './fields.ts';
import type { Maintenance } from './model.ts';
import { type PageFacts, readEntry } from './v2-incident.ts';

const STATES = {
  scheduled: 'scheduled',
  in_progress: 'active',
  verifying: 'active',
  completed: 'done',
  resolved: 'done',
  postmortem: 'done',
} as const satisfies Record<string, Maintenance['state']>;

/** One maintenance, or null where there is neither an id nor a name to tell it by. */
export function readMaintenance(fields: Fields, page: PageFacts): Maintenance | null {
  const entry = readEntry(fields, page);
  if (entry === null) return null;
  const { id, name, updates, componentIds } = entry;
  return {
    id,
    name,
    state: maintenanceStateOf(fields),
    from: instantOf(fields.scheduled_for),
    until: instantOf(fields.scheduled_until),
    updates,
    componentIds,
  };
}

/** A status that is not known never says that work is under way. */
export function maintenanceStateOf({ status, resolved_at }: Fields): Maintenance['state'] {
  if (typeof status === 'string' && Object.hasOwn(STATES, status)) {
    // `hasOwn` on the line above is what makes the assertion true.
    return STATES[status as keyof typeof STATES];
  }
  return instantOf(resolved_at) === null ? 'scheduled' : 'done';
}
