import { type ChildProcess, spawn } from 'node:child_process';
import { type CommandOptions, type Outcome, outcomeOf, outputOf } from './command.ts';

/** How a client on this machine gets to a port that a service publishes. */
export type Door =
  | { readonly host: string; readonly port: number }
  | { readonly socketPath: string };

/** A Docker Engine, running. Disposing of it ends it if the test started it. */
export interface Engine extends AsyncDisposable {
  readonly description: string;
  /** What `DOCKER_HOST` says for it; undefined for the client's own default. */
  readonly address: string | undefined;
  /** Where the test may put files; it goes with the Engine. */
  readonly folder: string;
  /** The way to a published port; it has to be one of those that `startEngine` was given. */
  door(port: number): Door;
}

/** The Docker client, speaking to one Engine. */
export interface Docker {
  /** Runs a command that has to succeed, and returns what it printed. */
  output(...args: string[]): Promise<string>;
  /** Runs a command whose exit code matters. */
  outcome(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Starts a command that goes on, such as `events`; the caller ends it. */
  follow(...args: string[]): ChildProcess;
}

/** Makes the client for an Engine. */
export function dockerFor({ address }: Pick<Engine, 'address'>, timeoutMs = 120_000): Docker {
  const env = { ...process.env, ...(address === undefined ? {} : { DOCKER_HOST: address }) };
  const options: CommandOptions = { env, timeoutMs };
  return {
    output: (...args) => outputOf('docker', args, options),
    outcome: (args, more = {}) =>
      outcomeOf('docker', args, { ...options, env: { ...env, ...more } }),
    follow: (...args) => spawn('docker', args, { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  };
}
