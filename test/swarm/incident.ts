import { type ByEngine, watchByEngine } from './by-engine.ts';
import { call, type Received } from './client.ts';
import type { Deployment } from './deployment.ts';
import type { Door } from './engine.ts';
import { askVerdict, followVerdict, type Statement } from './gateway-word.ts';
import { type Lines, linesOf } from './lines.ts';
import type { Call } from './on-call.ts';
import { type Ran, verifyApplication } from './pipeline.ts';
import { type SwarmReport, takeReport } from './report.ts';
import { CALLS, type Observation, startTraffic, type Traffic } from './traffic.ts';
import { waitFor } from './wait.ts';
import type { Testimony } from './witness.ts';

/** The ways in from outside. */
export interface Doors {
  readonly gateway: Door;
  readonly ops: Door;
  /** The login site, past the gateway. */
  readonly login: Door;
  /** The gateway that follows the Engine's events. */
  readonly byEngine: Door;
}

/** What Docker says of one of the application's containers. */
interface TaskEvent {
  readonly at: number;
  readonly action: string;
}

/** Something that the story itself did or saw. */
interface Mark {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** All that is known of the incident when it is over. Times are milliseconds since the epoch. */
export interface Incident {
  /** When the command that deployed the bad file was started, and how it ended. */
  readonly brokenAt: number;
  readonly deployed: { readonly code: number; readonly stdout: string };
  /** What `candor guard` said of both files before the bad one was deployed. */
  readonly guarded: Readonly<Record<'good' | 'bad', Ran>>;
  /** What `candor verify` said after the bad deployment, and after the good one. */
  readonly verified: Readonly<Record<'outage' | 'after', Ran>>;
  /** When the good file was deployed again. */
  readonly mendedAt: number;
  readonly marks: readonly Mark[];
  readonly observations: readonly Observation[];
  readonly statements: readonly Statement[];
  readonly tasks: readonly TaskEvent[];
  readonly testimonies: readonly Testimony[];
  readonly byEngine: ByEngine;
  /** What those on call were told, in order. */
  readonly calls: readonly Call[];
  /** What the gateway reports of it afterwards. */
  readonly report: SwarmReport;
  /** The login site's own reply in the outage, to a password that is correct. */
  readonly pastTheGateway: Received;
  /** A wrong password, through the gateway and past it. */
  readonly wrongPassword: Readonly<Record<'before' | 'after' | 'direct', Received>>;
}

const STEADY_MS = 2_000;
const OUTAGE_MS = 10_000;
const AFTERWARDS_MS = 4_000;

/** Tells the incident from beginning to end, with traffic all the way through. */
export async function replayIncident(deployment: Deployment, doors: Doors): Promise<Incident> {
  const { token } = deployment;
  await using tasks = linesOf(deployment.followTasks(), parseEvent);
  await bringUp(deployment, doors);
  await using witness = linesOf(deployment.followWitness(), parseTestimony);
  await untilTasks(witness, 2);
  await using byEngine = await watchByEngine(deployment, doors.byEngine);

  const before = await call(doors.gateway, CALLS['wrong password']);
  const word = followVerdict(doors.ops, token, 'app');
  const traffic = startTraffic(doors.gateway);
  const marks: Mark[] = [];
  const mark = (who: string, what: string) => marks.push({ at: Date.now(), who, what });
  await elapsed(STEADY_MS);

  const guarded = {
    good: await deployment.guardApplication('good'),
    bad: await deployment.guardApplication('bad'),
  };
  const brokenAt = Date.now();
  const deployed = await deployment.deployApplication('bad');
  mark('deployment', `exit code ${deployed.code}: ${deployed.stdout.trim()}`);
  const verifying = verifyApplication(doors.ops, token);
  await untilTasks(witness, 0);
  const pastTheGateway = await call(doors.login, CALLS['sign-in']);
  await whileItLasts(deployment, traffic, mark);
  const outage = await verifying;
  marks.push({
    at: outage.endedAt,
    who: 'verify',
    what: lastLine(outage.stdout).replace(/^ *[\d.]+ s +/, ''),
  });
  await until(brokenAt + OUTAGE_MS);

  const mendedAt = Date.now();
  await deployment.deployApplication('good');
  mark('deployment', 'the good file is deployed again');
  await untilTasks(witness, 2);
  await untilUp(doors, deployment);
  const [after] = await Promise.all([verifyApplication(doors.ops, token), elapsed(AFTERWARDS_MS)]);
  await traffic.stop();
  await word.stop();

  return {
    brokenAt,
    deployed,
    guarded,
    verified: { outage, after },
    mendedAt,
    marks,
    observations: traffic.observations,
    statements: word.statements,
    tasks: tasks.seen,
    testimonies: witness.seen,
    byEngine: await byEngine.end(),
    calls: callsIn(await deployment.calls()),
    report: await takeReport(doors.ops, token),
    pastTheGateway,
    wrongPassword: {
      before,
      after: await call(doors.gateway, CALLS['wrong password']),
      direct: await call(doors.login, CALLS['wrong password']),
    },
  };
}

/** Deploys both stacks and waits until the application is served through the gateway. */
async function bringUp(deployment: Deployment, doors: Doors): Promise<void> {
  for (const deploy of [
    () => deployment.deployApplication('good'),
    () => deployment.deployCandor(),
  ]) {
    const { code, stderr } = await deploy();
    if (code !== 0) throw new Error(`docker stack deploy: exit code ${code}: ${stderr}`);
  }
  await deployment.startWitness();
  const explain = async () => `the gateway's log:\n${await deployment.gatewayLog()}`;
  const patience = { withinMs: 60_000, everyMs: 250, explain };
  for (const client of ['browser', 'sign-in'] as const) {
    await waitFor(
      async () => {
        const { status, headers } = await call(doors.gateway, CALLS[client]);
        return status < 400 && headers['candor-disposition'] === undefined;
      },
      { what: `the ${client} to be served through the gateway`, ...patience },
    );
  }
  await untilUp(doors, deployment);
}

/** The team posts on the status page, and goes on when it is seen on the gateway's own page. */
async function whileItLasts(
  deployment: Deployment,
  { observations }: Traffic,
  mark: (who: string, what: string) => void,
): Promise<void> {
  await elapsed(STEADY_MS);
  await deployment.postOnStatusPage();
  mark('team', 'posts on the status page: investigating');
  await waitFor(
    () => observations.some(({ client, reply }) => client === 'browser' && isReported(reply?.body)),
    { what: "the team's posting on the gateway's page", withinMs: 30_000 },
  );
  mark('browser', "the page shows the team's posting");
}

function isReported(page: string | undefined): boolean {
  return page?.includes('posted updates below') ?? false;
}

async function untilUp(doors: Doors, deployment: Deployment): Promise<void> {
  const verdicts: string[] = [];
  await waitFor(
    async () => {
      const { verdict } = await askVerdict(doors.ops, deployment.token, 'app');
      verdicts.push(verdict);
      return verdict === 'up';
    },
    {
      what: 'the verdict `up`',
      withinMs: 30_000,
      explain: async () => `${verdicts.at(-1)}; its log:\n${await deployment.gatewayLog()}`,
    },
  );
}

async function untilTasks({ seen }: Lines<Testimony>, count: number): Promise<void> {
  const last = (what: Testimony['what']) => seen.findLast((line) => line.what === what)?.count;
  await waitFor(() => last('listed') === count && last('answering') === count, {
    what: `${count} tasks that are listed and answer`,
    withinMs: 60_000,
    explain: () => JSON.stringify(seen),
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function parseEvent(line: string): TaskEvent {
  const { timeNano, Action }: { timeNano: number; Action: string } = JSON.parse(line);
  return { at: timeNano / 1e6, action: Action };
}

/** What else it prints is not JSON. */
function callsIn(log: string): Call[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line): Call => JSON.parse(line)).sort((one, other) => one.at - other.at);
}

function parseTestimony(line: string): Testimony | undefined {
  return line.startsWith('{') ? JSON.parse(line) : undefined;
}

const elapsed = (forMs: number): Promise<void> => until(Date.now() + forMs);

/** Waits until a moment of the story: the incident itself takes time, and no event ends it. */
function until(moment: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - Date.now())));
}
