import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './command.ts';
import type { Docker } from './engine.ts';
import { importImage } from './image.ts';
import type { Ports } from './ports.ts';
import { containersOf, createNetwork, initSwarm, refuseTaken, removeStack } from './swarm.ts';

// The names that the stack files and their commands use.
const NETWORK = 'billing';
const APPLICATION_STACK = 'demo';
const CANDOR_STACK = 'candor';
const WITNESS = 'candor-swarm-witness';

const FILES = fileURLToPath(new URL('../../deploy/swarm/', import.meta.url));

/** The entry of the demo's containers, as the stack files name it: from the checkout's top. */
const PART = relative(
  fileURLToPath(new URL('../..', import.meta.url)),
  fileURLToPath(new URL('part.ts', import.meta.url)),
);

/** The two stacks on their network, and what the story does to them. */
export class Deployment implements AsyncDisposable {
  /** What the gateway's ops listener asks for. */
  readonly token: string;
  readonly #docker: Docker;
  readonly #image: string;
  readonly #badFile: string;
  readonly #ports: Ports;
  readonly #undo: AsyncDisposableStack;

  private constructor(
    docker: Docker,
    made: { image: string; badFile: string; ports: Ports; undo: AsyncDisposableStack },
  ) {
    this.token = randomBytes(16).toString('hex');
    this.#docker = docker;
    this.#image = made.image;
    this.#badFile = made.badFile;
    this.#ports = made.ports;
    this.#undo = made.undo;
  }

  /**
   * Makes what the stacks need: a swarm if there is none, the network, the image. Disposing of the
   * deployment removes what was made, and nothing else, apart from files in `folder`.
   */
  static async prepare(docker: Docker, folder: string, ports: Ports): Promise<Deployment> {
    await using undo = new AsyncDisposableStack();
    await initSwarm(docker, undo);
    await refuseTaken(docker, NETWORK, [APPLICATION_STACK, CANDOR_STACK]);

    const image = `candor-swarm-test:${randomBytes(6).toString('hex')}`;
    await importImage(docker, image, folder);
    undo.defer(async () => {
      await docker.output('image', 'rm', '--force', image);
    });
    await createNetwork(docker, NETWORK, undo);
    const badFile = await writeBadFile(folder);
    return new Deployment(docker, { image, badFile, ports, undo: undo.move() });
  }

  /** Deploys the application's stack from its file, or from the one with one space too many. */
  async deployApplication(file: 'good' | 'bad'): Promise<Outcome> {
    return await this.#deploy(
      APPLICATION_STACK,
      file === 'good' ? join(FILES, 'application.yml') : this.#badFile,
    );
  }

  /** Deploys the gateway, the login site and the status page. */
  async deployCandor(): Promise<Outcome> {
    return await this.#deploy(CANDOR_STACK, join(FILES, 'candor.yml'));
  }

  /** Starts the witness, on the application's network. */
  async startWitness(): Promise<void> {
    this.#undo.defer(async () => {
      await this.#docker.outcome(['rm', '--force', WITNESS]);
    });
    const options = ['--detach', '--pull', 'never', '--name', WITNESS, '--network', NETWORK];
    const entry = ['--entrypoint', 'node', this.#image, PART];
    await this.#docker.output('run', ...options, ...entry, 'witness', 'tasks.app', '8080');
  }

  /** Follows what the witness says. */
  followWitness(): ReturnType<Docker['follow']> {
    return this.#docker.follow('logs', '--follow', WITNESS);
  }

  /** Follows what Docker says of the application's containers. */
  followTasks(): ReturnType<Docker['follow']> {
    const label = `label=com.docker.swarm.service.name=${APPLICATION_STACK}_app`;
    const filters = ['--filter', 'type=container', '--filter', label];
    return this.#docker.follow('events', '--format', '{{json .}}', ...filters);
  }

  /** One posting by the team on the status page. */
  async postOnStatusPage(): Promise<void> {
    const [page] = await containersOf(this.#docker, `${CANDOR_STACK}_status`);
    if (page === undefined) throw new Error('the status page does not run');
    await this.#docker.output('kill', '--signal', 'USR2', page);
  }

  /** What the gateway has logged. */
  async gatewayLog(): Promise<string> {
    const asked = ['service', 'logs', '--raw', '--tail', '200', `${CANDOR_STACK}_candor`];
    const { stdout, stderr } = await this.#docker.outcome(asked);
    return stdout + stderr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }

  async #deploy(stack: string, file: string): Promise<Outcome> {
    const asked = ['--prune', '--resolve-image', 'never', '--compose-file', file, stack];
    this.#undo.defer(() => removeStack(this.#docker, stack));
    return await this.#docker.outcome(['stack', 'deploy', ...asked], {
      APPLICATION_IMAGE: this.#image,
      CANDOR_IMAGE: this.#image,
      DEMO_IMAGE: this.#image,
      CANDOR_OPS_TOKEN: this.token,
      CANDOR_PORT: String(this.#ports.gateway),
      CANDOR_OPS_PORT: String(this.#ports.ops),
      LOGIN_PORT: String(this.#ports.login),
    });
  }
}

/** The file of the incident: `sed '1s/^/ /' application.yml`. */
async function writeBadFile(folder: string): Promise<string> {
  const path = join(folder, 'bad.yml');
  await writeFile(path, ` ${await readFile(join(FILES, 'application.yml'), 'utf8')}`);
  return path;
}
