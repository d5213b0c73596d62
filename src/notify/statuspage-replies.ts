/** What is read of an incident on the page. */
export interface PageIncident {
  readonly id: string;
  readonly isResolved: boolean;
  readonly componentIds: readonly string[];
  /** How many updates it has. */
  readonly updates: number;
  /** The id that this gateway has given it; null: it is not of a gateway's making. */
  readonly candorId: string | null;
  /** How many of its updates a gateway has posted. */
  readonly candorUpdates: number;
}

/** The incidents of a list; what is none is left out. */
export function readIncidents(payload: unknown): readonly PageIncident[] {
  if (!Array.isArray(payload)) return [];
  return payload.map(foundIncident).filter((incident) => incident !== null);
}

/** The incident that the payload is; null where it is none. */
export function foundIncident(payload: unknown): PageIncident | null {
  const id = member(payload, 'id');
  if (typeof id !== 'string') return null;
  const own = member(member(payload, 'metadata'), 'candor');
  const candorId = member(own, 'incident');
  const updates = Number(member(own, 'updates'));
  return {
    id,
    isResolved: ['resolved', 'postmortem'].includes(String(member(payload, 'status'))),
    componentIds: listed(member(payload, 'components')).map((one) => String(member(one, 'id'))),
    updates: listed(member(payload, 'incident_updates')).length,
    candorId: typeof candorId === 'string' ? candorId : null,
    candorUpdates: Number.isInteger(updates) ? updates : 0,
  };
}

/** The status of a component; null where the payload says none. */
export function statusOf(payload: unknown): string | null {
  const status = member(payload, 'status');
  return typeof status === 'string' ? status : null;
}

/** Whether one of a list is called so. */
export function hasName(payload: unknown, name: string): boolean {
  return listed(payload).some((one) => member(one, 'name') === name);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
