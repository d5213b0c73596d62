import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
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

/** Knot DNS, a real name server, with the one zone `example.test`, on a loopback port. */
export class Knot implements AsyncDisposable {
  /** `127.0.0.1:PORT`, as the setting `servers` takes it. */
  readonly address: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  #serial = 0;
  #log = '';

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.address = `127.0.0.1:${port}`;
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
    const port = await freePort();
    await writeFile(join(folder, 'knot.conf'), settings(folder, port));
    await writeFile(join(folder, 'zone'), zone(1, records));
    const knot = new Knot(folder, port);
    await knot.#serves(1);
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
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await gone;
    await rm(this.#folder, { recursive: true });
  }

  async #serves(serial: number): Promise<void> {
    await eventually(() => {
      if (this.#server.exitCode !== null) throw new Error(`knotd ended:\n${this.#log}`);
      const isUp = this.#log.includes('server started');
      return isUp && this.#log.includes(`-> ${serial},`) ? true : undefined;
    });
    this.#serial = serial;
  }
}

function settings(folder: string, port: number): string {
  return `
server:
    listen: 127.0.0.1@${port}
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

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
