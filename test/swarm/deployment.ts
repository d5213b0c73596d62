import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './command.ts';
import type { Docker, Engine } from './engine.ts';
import { commitProxyImage, importImage } from './image.ts';
import { type Ran, runCandor } from './pipeline.ts';
import type { Ports } from './ports.ts';
import { containersOf, createNetwork, initSwarm, refuseTaken, removeStack } from './swarm.ts';

// The names that the stack files and their commands use.
const NETWORK = 'billing';
const APPLICATION_STACK = 'demo';
const CANDOR_STACK = 'candor';
const BY_ENGINE_STACK = 'by-engine';
const WITNESS = 'candor-swarm-witness';

/** Where the Docker client finds its Engine by itself. */
const DEFAULT_ADDRESS = 'unix:///var/run/docker.sock';

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
  readonly #proxyImage: string;
  readonly #engineSocket: string;
  readonly #badFile: string;
  readonly #ports: Ports;
  readonly #undo: AsyncDisposableStack;

  private constructor(
    docker: Docker,
    made: {
      image: string;
      proxyImage: string;
      engineSocket: string;
      badFile: string;
      ports: Ports;
      undo: AsyncDisposableStack;
    },
  ) {
    this.token = randomBytes(16).toString('hex');
    this.#docker = docker;
    this.#image = made.image;
    this.#proxyImage = made.proxyImage;
    this.#engineSocket = made.engineSocket;
    this.#badFile = made.badFile;
    this.#ports = made.ports;
    this.#undo = made.undo;
  }

  /**
   * Makes what the stacks need: a swarm if there is none, the network, the image. Disposing of the
   * deployment removes what was made, and nothing else, apart from files in the Engine's `folder`.
   */
  static async prepare(
    docker: Docker,
    { folder, address }: Pick<Engine, 'folder' | 'address'>,
    ports: Ports,
  ): Promise<Deployment> {
    await using undo = new AsyncDisposableStack();
    await initSwarm(docker, undo);
    await refuseTaken(docker, NETWORK, [APPLICATION_STACK, CANDOR_STACK, BY_ENGINE_STACK]);

    const image = `candor-swarm-test:${randomBytes(6).toString('hex')}`;
    await importImage(docker, image, folder);
    undo.defer(async () => {
      await docker.output('image', 'rm', '--force', image);
    });
    const proxyImage = await commitProxyImage(docker, image, undo);
    await createNetwork(docker, NETWORK, undo);
    const badFile = await writeBadFile(folder);
    const engineSocket = (address ?? DEFAULT_ADDRESS).replace('unix://', '');
    const made = { image, proxyImage, engineSocket, badFile, ports, undo: undo.move() };
    return new Deployment(docker, made);
  }

  /** The step before a deployment: `candor guard` on that file, against the services that run. */
  async guardApplication(file: 'good' | 'bad'): Promise<Ran> {
    const engine = ['--engine', `unix://${this.#engineSocket}`];
    const running = ['--against', 'swarm', '--stack', APPLICATION_STACK, ...engine];
    const expected = ['--config', join(FILES, 'candor.yaml'), '--upstream', 'app'];
    return await runCandor(['guard', this.#applicationFile(file), ...expected, ...running], {
      APPLICATION_IMAGE: this.#image,
      CANDOR_OPS_TOKEN: this.token,
    });
  }

  /** Deploys the application's stack from its file, or from the one with one space too many. */
  async deployApplication(file: 'good' | 'bad'): Promise<Outcome> {
    return await this.#deploy(APPLICATION_STACK, this.#applicationFile(file));
  }

  /** Deploys the gateway, the login site and the status page. */
  async deployCandor(): Promise<Outcome> {
    return await this.#deploy(CANDOR_STACK, join(FILES, 'candor.yml'));
  }

  /** Deploys the gateway that follows the Engine's events, with the proxy that lets it. */
  async deployByEngine(): Promise<Outcome> {
    return await this.#deploy(BY_ENGINE_STACK, join(FILES, 'by-engine.yml'), {
      CANDOR_PORT: String(this.#ports.byEngine),
      CANDOR_OPS_PORT: String(this.#ports.byEngineOps),
    });
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

  /** Follows what Docker says of services that are created, changed and removed. */
  followServices(): ReturnType<Docker['follow']> {
    return this.#docker.follow('events', '--format', '{{json .}}', '--filter', 'type=service');
  }

  /** One posting by the team on the status page. */
  async postOnStatusPage(): Promise<void> {
    const [page] = await containersOf(this.#docker, `${CANDOR_STACK}_status`);
    if (page === undefined) throw new Error('the status page does not run');
    await this.#docker.output('kill', '--signal', 'USR2', page);
  }

  /** What the gateway has logged, or the one that follows the Engine's events. */
  async gatewayLog(which: 'by DNS' | 'by Engine' = 'by DNS'): Promise<string> {
    const service = `${which === 'by DNS' ? CANDOR_STACK : BY_ENGINE_STACK}_candor`;
    const asked = ['service', 'logs', '--raw', service];
    const { stdout, stderr } = await this.#docker.outcome(asked);
    return stdout + stderr;
  }

  /** What those on call were told. */
  async calls(): Promise<string> {
    return await this.#docker.output('service', 'logs', '--raw', `${CANDOR_STACK}_on-call`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }

  #applicationFile(file: 'good' | 'bad'): string {
    return file === 'good' ? join(FILES, 'application.yml') : this.#badFile;
  }

  async #deploy(stack: string, file: string, own: NodeJS.ProcessEnv = {}): Promise<Outcome> {
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
      SOCKET_PROXY_IMAGE: this.#proxyImage,
      ENGINE_SOCKET: this.#engineSocket,
      ...own,
    });
  }
}

/** The file of the incident: `sed '1s/^/ /' application.yml`. */
async function writeBadFile(folder: string): Promise<string> {
  const path = join(folder, 'bad.yml');
  await writeFile(path, ` ${await readFile(join(FILES, 'application.yml'), 'utf8')}`);
  return path;
}
