import type { Incident } from './incident.ts';
import { CLIENTS, type Observation } from './traffic.ts';

/** The moments that the gateway is held against, as they truly were. Milliseconds since the epoch. */
export interface Truth {
  /** Docker's DNS lists no task any more. */
  readonly unlistedAt: number;
  /** The last task has stopped. */
  readonly stoppedAt: number;
  /** The first task runs again: its process has been started. */
  readonly startedAt: number;
  /** The first task answers, asked past the gateway. */
  readonly answersAt: number;
}

/** Reads the truth from Docker's events and from the witness. */
export function truthOf({ brokenAt, mendedAt, tasks, testimonies }: Incident): Truth {
  const ended = tasks.findLast(({ at, action }) => action === 'die' && at < mendedAt);
  const started = tasks.find(({ at, action }) => action === 'start' && at > mendedAt);
  const unlisted = testimonies.find(
    ({ at, what, count }) => at > brokenAt && what === 'listed' && count === 0,
  );
  const answers = testimonies.find(
    ({ at, what, count }) => at > mendedAt && what === 'answering' && count > 0,
  );
  if (!ended || !started || !unlisted || !answers) {
    throw new Error(`the outage was not seen: ${JSON.stringify({ tasks, testimonies })}`);
  }
  return {
    unlistedAt: unlisted.at,
    stoppedAt: ended.at,
    startedAt: started.at,
    answersAt: answers.at,
  };
}

interface Row {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** The incident as a table: seconds since the bad deployment, who, what. */
export function timelineOf(incident: Incident): string {
  const { brokenAt } = incident;
  const rows = [
    { at: brokenAt, who: 'deployment', what: 'docker stack deploy --prune -c bad.yml demo' },
    ...incident.marks,
    ...truthRows(truthOf(incident)),
    ...gatewayRows(incident),
    ...byEngineRows(incident),
    ...incident.calls.map(({ at, text }) => ({ at, who: 'on call', what: firstLine(text) })),
    ...CLIENTS.flatMap((client) => clientRows(client, incident)),
  ].sort((one, other) => one.at - other.at);
  const lines = rows.map(({ at, who, what }) => {
    const seconds = ((at - brokenAt) / 1000).toFixed(2);
    return `${seconds.padStart(8)} s  ${who.padEnd(15)} ${what}`;
  });
  return [...lines, '', ...countLines(incident.observations)].join('\n');
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function truthRows({ unlistedAt, stoppedAt, startedAt, answersAt }: Truth): Row[] {
  return [
    { at: unlistedAt, who: 'witness', what: "Docker's DNS lists no task any more" },
    { at: stoppedAt, who: 'docker events', what: 'the last task has stopped' },
    { at: startedAt, who: 'docker events', what: 'the first task runs' },
    { at: answersAt, who: 'witness', what: 'the first task answers' },
  ];
}

function gatewayRows({ brokenAt, statements }: Incident): Row[] {
  return statements
    .filter(({ at }) => at > brokenAt)
    .map(({ at, verdict, cause, since }) => {
      const why = cause === null || verdict === 'up' ? '' : `, ${cause}`;
      const began = since === null ? '' : `, since ${((since - brokenAt) / 1000).toFixed(2)} s`;
      return { at, who: 'candor', what: `verdict ${verdict}${why}${began}` };
    });
}

function byEngineRows({ mendedAt, byEngine }: Incident): Row[] {
  const { removedAt, verdicts, asked } = byEngine;
  const served = asked.find(({ endedAt, isServed }) => endedAt > mendedAt && isServed === true);
  return [
    { at: removedAt, who: 'docker events', what: 'the service is removed' },
    ...verdicts.map(({ at, to, cause }) => ({
      at,
      who: 'by engine',
      what: `verdict ${to}${cause === undefined ? '' : `, ${cause}`}`,
    })),
    ...(served === undefined
      ? []
      : [{ at: served.endedAt, who: 'by engine', what: 'a page is served again' }]),
  ];
}

/** The first and the last answer of the gateway's that a client got. */
function clientRows(client: string, { brokenAt, observations }: Incident): Row[] {
  const own = observations.filter((seen) => seen.client === client && seen.sentAt >= brokenAt);
  const answers = own.filter(({ kind }) => kind === 'honest');
  const [first] = answers;
  const last = answers.at(-1);
  if (first === undefined || last === undefined) return [];
  const served = own.find(({ sentAt, kind }) => sentAt > last.sentAt && kind !== 'honest');
  const said = `${first.reply?.status}: ${gistOf(first.reply?.body ?? '')}`;
  return [
    { at: first.endedAt, who: client, what: `first answer of Candor's, ${said}` },
    { at: last.endedAt, who: client, what: "last answer of Candor's" },
    ...(served === undefined ? [] : [{ at: served.endedAt, who: client, what: 'served again' }]),
  ];
}

/** A page's heading, or an envelope's message up to its first full stop. */
function gistOf(body: string): string {
  const [, gist] = /<h1[^>]*>([^<]+)</.exec(body) ?? /"message":"([^".]+)/.exec(body) ?? [];
  return `“${gist ?? body.slice(0, 40)}”`;
}

function countLines(observations: readonly Observation[]): string[] {
  const kinds = ['normal', 'refused', 'honest', 'raw', 'false_blame'] as const;
  const heading = ['client', ...kinds].map((word) => word.padEnd(15)).join('');
  const counts = CLIENTS.map((client) => {
    const own = observations.filter((seen) => seen.client === client);
    const numbers = kinds.map((kind) => own.filter((seen) => seen.kind === kind).length);
    return [client, ...numbers].map((cell) => String(cell).padEnd(15)).join('');
  });
  return [heading, ...counts].map((line) => line.trimEnd());
}
