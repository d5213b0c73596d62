import { setTimeout as pause } from 'node:timers/promises';
import { call } from './client.ts';
import type { Deployment } from './deployment.ts';
import type { Door } from './engine.ts';
import { linesOf } from './lines.ts';
import { CALLS } from './traffic.ts';
import { waitFor } from './wait.ts';

/** What the gateway made of the incident that follows the Engine's events. Milliseconds since the epoch. */
export interface ByEngine {
  /** When Docker said that the application's service was removed. */
  readonly removedAt: number;
  /** The changes of its verdict on the application, by its own log. */
  readonly verdicts: readonly VerdictChange[];
  /** Its lines of level error about the application. */
  readonly errors: readonly string[];
  readonly asked: readonly Asked[];
}

interface VerdictChange {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly cause: string | undefined;
}

/** One request for a page through it. */
interface Asked {
  readonly endedAt: number;
  /** The application's own page; false for an answer of the gateway's, null for no whole reply. */
  readonly isServed: boolean | null;
}

/** The gateway being watched; `end` tells what was seen. */
export interface Watch extends AsyncDisposable {
  end(): Promise<ByEngine>;
}

const EVERY_MS = 50;

/** Deploys it, waits until it serves, and watches it until the watch ends. */
export async function watchByEngine(deployment: Deployment, door: Door): Promise<Watch> {
  const { code, stderr } = await deployment.deployByEngine();
  if (code !== 0) throw new Error(`docker stack deploy: exit code ${code}: ${stderr}`);
  await waitFor(async () => (await ask(door)).isServed === true, {
    what: 'a page through the gateway that follows the Engine',
    withinMs: 60_000,
    explain: () => deployment.gatewayLog('by Engine'),
  });
  const startedAt = Date.now();
  const removals = linesOf(deployment.followServices(), removalOf);
  const stop = new AbortController();
  const asked: Asked[] = [];
  const asking = (async () => {
    while (!stop.signal.aborted) {
      asked.push(await ask(door));
      await pause(EVERY_MS);
    }
  })();
  const end = async () => {
    stop.abort();
    await asking;
    const lines = linesAbout('app', await deployment.gatewayLog('by Engine'));
    return {
      removedAt: removals.seen.at(-1) ?? Number.NaN,
      verdicts: lines
        .filter(isVerdict)
        .map(verdictOf)
        .filter(({ at }) => at > startedAt),
      errors: lines.filter(({ level }) => level === 'error').map(({ msg }) => msg),
      asked,
    };
  };
  return {
    end,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await asking;
      await removals[Symbol.asyncDispose]();
    },
  };
}

async function ask(door: Door): Promise<Asked> {
  const reply = await call(door, CALLS.browser).catch(() => null);
  const isServed = reply && reply.status < 400 && reply.headers['candor-disposition'] === undefined;
  return { endedAt: Date.now(), isServed };
}

/** When Docker removed the application's service, of a line of `docker events`. */
function removalOf(line: string): number | undefined {
  const { timeNano, Action, Actor }: ServiceEvent = JSON.parse(line);
  return Action === 'remove' && Actor.Attributes.name === 'demo_app' ? timeNano / 1e6 : undefined;
}

interface ServiceEvent {
  readonly timeNano: number;
  readonly Action: string;
  readonly Actor: { readonly Attributes: { readonly name?: string } };
}

/** The part of a log line that is read here. */
interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly upstream?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cause?: string;
}

function linesAbout(name: string, log: string): LogLine[] {
  const lines: LogLine[] = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  return lines.filter(({ upstream }) => upstream === name);
}

const isVerdict = ({ msg }: LogLine): boolean => msg === 'verdict changed';

function verdictOf({ time, from = '', to = '', cause }: LogLine): VerdictChange {
  return { at: Date.parse(time), from, to, cause };
}
