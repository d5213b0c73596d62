import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Why tests against Knot DNS cannot run here; null where they can. */
export const KNOT_IS_MISSING =
  spawnSync('knotd', ['--version']).error === undefined
    ? null
    : 'knotd is not installed (Debian: knot)';

/** Below the ports that the system gives away. */
const PORT = 20_053;
const PATIENCE_MS = 15_000;

/** Knot DNS, a real name server, with the one zone `example.test`, on a loopback port. */
export class Knot implements AsyncDisposable {
  /** `HOST:PORT`, as the setting `servers` takes it. */
  readonly address: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  #serial = 0;
  #log = '';

  private constructor(folder: string, host: string) {
    this.#folder = folder;
    this.address = `${host}:${PORT}`;
    this.#server = spawn('knotd', ['-c', join(folder, 'knot.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
  }

  /** Starts it with a zone of these records, one a line, their names relative to `example.test`. */
  static async start(records: string): Promise<Knot> {
    const folder = await mkdtemp(join(tmpdir(), 'candor-knot-'));
    const host = ownHost();
    await writeFile(join(folder, 'knot.conf'), settings(folder, host));
    await writeFile(join(folder, 'zone'), zone(1, records));
    await using undo = new AsyncDisposableStack();
    const knot = undo.use(new Knot(folder, host));
    await knot.#serves(1);
    undo.move();
    return knot;
  }

  /** Puts other records in the place of all that there are. */
  async publish(records: string): Promise<void> {
    const serial = this.#serial + 1;
    await writeFile(join(this.#folder, 'zone'), zone(serial, records));
    this.#server.kill('SIGHUP');
    await this.#serves(serial);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.exitCode === null) {
      const gone = once(this.#server, 'exit');
      this.#server.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true });
  }

  async #serves(serial: number): Promise<void> {
    await eventually(() => {
      if (this.#server.exitCode !== null) throw new Error(`knotd ended:\n${this.#log}`);
      const isUp = this.#log.includes('server started');
      return isUp && this.#log.includes(`-> ${serial},`) ? true : undefined;
    }, PATIENCE_MS);
    this.#serial = serial;
  }
}

function settings(folder: string, host: string): string {
  return `
server:
    listen: ${host}@${PORT}
    rundir: "${folder}"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "${folder}"
log:
  - target: stderr
    any: info
zone:
  - domain: example.test
    file: "${join(folder, 'zone')}"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
`;
}

function zone(serial: number, records: string): string {
  return `$ORIGIN example.test.
$TTL 600
@ SOA ns hostmaster ${serial} 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
${records.replaceAll(/^\s+/gm, '')}
`;
}

/**
 * An address of this machine's own network that no other test picks: a port that is free when asked
 * for may be another's a moment later.
 */
function ownHost(): string {
  return `127.${[0, 0, 0].map(() => randomInt(1, 255)).join('.')}`;
}
