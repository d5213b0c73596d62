/** How far an incident is, in the words of a status page. */
export const INCIDENT_STATUSES = ['investigating', 'identified', 'monitoring', 'resolved'] as const;

/** One of `INCIDENT_STATUSES`. */
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** Whether a word from outside names the status of an incident. */
export function isIncidentStatus(word: string): word is IncidentStatus {
  return INCIDENT_STATUSES.some((status) => status === word);
}

/** One thing that is posted about an incident. Times are milliseconds since the epoch. */
export interface Posting {
  readonly id: string;
  readonly status: IncidentStatus;
  readonly text: string;
  readonly at: number;
}

/** An incident with its postings, newest first; there is always one. */
export interface BoardIncident {
  readonly id: string;
  readonly name: string;
  readonly startedAt: number;
  readonly latest: Posting;
  readonly postings: readonly Posting[];
}

/** All that a status page has published, newest incident first. */
export interface Board {
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly incidents: readonly BoardIncident[];
}

/** What is posted when nothing else is said. */
export const DEFAULT_TEXT: Readonly<Record<IncidentStatus, string>> = {
  investigating: 'The main application cannot be reached. We are looking into it.',
  identified:
    'We know the cause: a deployment removed the application servers. They are being started again.',
  monitoring: 'All servers are running again. We are watching the results.',
  resolved: 'This incident has been resolved.',
};

const INCIDENT_NAME = 'ChargeOver main application is unavailable';
const INCIDENTS = 50;
const POSTINGS = 50;

/** A board on which nothing has been posted. */
export function emptyBoard(at: number): Board {
  return { openedAt: at, updatedAt: at, incidents: [] };
}

/** The incident that is not resolved, or null. */
export function openIncident({ incidents: [newest] }: Board): BoardIncident | null {
  return newest !== undefined && newest.latest.status !== 'resolved' ? newest : null;
}

/** The board after a posting on the open incident; with none open, one begins with it. */
export function post(board: Board, posting: Posting): Board {
  const open = openIncident(board);
  const incident: BoardIncident = {
    id: open?.id ?? `i${posting.id}`,
    name: INCIDENT_NAME,
    startedAt: open?.startedAt ?? posting.at,
    latest: posting,
    postings: [posting, ...(open?.postings ?? [])].slice(0, POSTINGS),
  };
  const others = board.incidents.filter((other) => other !== open);
  return { ...board, updatedAt: posting.at, incidents: [incident, ...others].slice(0, INCIDENTS) };
}
