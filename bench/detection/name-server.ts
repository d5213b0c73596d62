import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Processes, type Running } from '../processes.ts';

/** The zone in which the name server is the only authority: what it does not list does not exist. */
const ZONE = 'bench.test';

/** dnsmasq with one file of names, which answers NXDOMAIN for all that the file does not list. */
export class NameServer {
  readonly port: number;
  readonly #file: string;
  readonly #names = new Map<string, readonly string[]>();
  readonly #running: Running;

  private constructor(port: number, file: string, running: Running) {
    this.port = port;
    this.#file = file;
    this.#running = running;
  }

  static async start(processes: Processes): Promise<NameServer> {
    const port = await freePort();
    const file = join(processes.folder, 'names');
    writeFileSync(file, '');
    const args = [
      ...[
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-resolv',
        '--no-hosts',
        '--user=root',
      ],
      ...['--bind-interfaces', '--listen-address=127.0.0.1', `--port=${port}`, '--pid-file='],
      ...[`--addn-hosts=${file}`, `--local=/${ZONE}/`, '--local-ttl=1'],
    ];
    const running = processes.start('dnsmasq', { program: 'dnsmasq', args }, null);
    return new NameServer(port, file, running);
  }

  /** The whole name under which a list is kept. */
  nameOf(label: string): string {
    return `${label}.${ZONE}`;
  }

  /** Lists these addresses under a name; none removes it. */
  set(name: string, addresses: readonly string[]): void {
    this.#names.set(name, addresses);
    const lines = [...this.#names].flatMap(([one, own]) => own.map((ip) => `${ip} ${one}\n`));
    writeFileSync(this.#file, lines.join(''));
    process.kill(this.#running.pid, 'SIGHUP'); // dnsmasq reads the file again.
  }
}
