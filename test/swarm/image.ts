import { cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf } from './command.ts';
import type { Docker } from './engine.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** As the image has it: from the checkout's top. */
const SOCKET_PROXY = relative(CHECKOUT, fileURLToPath(new URL('socket-proxy.ts', import.meta.url)));

/** What of the checkout goes into the image: enough for the gateway and for every part of the demo. */
const SOURCES = ['package.json', 'src', 'templates', 'test/swarm'];

/** The Dockerfile's image keeps the program in the same place and starts it in the same way. */
const CHANGES = [
  'USER node',
  'WORKDIR /app',
  'ENV NODE_ENV=production',
  'ENTRYPOINT ["node","src/main.ts"]',
];

/**
 * Makes one image for all parts, without a registry: the runtime with the libraries that it loads,
 * and the checkout with what it depends on. `folder` is where it is put together.
 */
export async function importImage(docker: Docker, tag: string, folder: string): Promise<void> {
  const root = join(folder, 'image');
  const tarball = join(folder, 'image.tar');
  await layRuntime(root);
  await layCheckout(join(root, 'app'));
  await mkdir(join(root, 'data'));
  await outputOf('tar', [
    '-C',
    root,
    '-cf',
    tarball,
    '--owner=0',
    '--group=0',
    '--exclude=./data',
    '.',
  ]);
  // As in the Dockerfile's image: a volume there is the program's to write to.
  await outputOf('tar', ['-C', root, '-rf', tarball, '--owner=1000', '--group=1000', './data']);
  const changes = CHANGES.flatMap((change) => ['--change', change]);
  await docker.output('import', ...changes, tarball, tag);
}

/** The same image, as one that starts the socket proxy, with the right to use the socket. */
export async function commitProxyImage(
  docker: Docker,
  image: string,
  undo: AsyncDisposableStack,
): Promise<string> {
  const tag = `${image}-socket-proxy`;
  const container = await docker.output('create', '--pull', 'never', image);
  const entry = `ENTRYPOINT ${JSON.stringify(['node', SOCKET_PROXY])}`;
  await docker.output('commit', '--change', 'USER 0', '--change', entry, container, tag);
  await docker.output('rm', container);
  undo.defer(async () => {
    await docker.output('image', 'rm', '--force', tag);
  });
  return tag;
}

async function layRuntime(root: string): Promise<void> {
  const node = await realpath(process.execPath);
  await lay(node, join(root, 'usr/local/bin/node'));
  const loaded = await outputOf('ldd', [node]);
  for (const [library] of loaded.matchAll(/\/\S+/g)) {
    await lay(await realpath(library), join(root, library));
  }
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/passwd'), 'node:x:1000:1000::/app:/usr/sbin/nologin\n');
  await writeFile(join(root, 'etc/group'), 'node:x:1000:\n');
}

async function layCheckout(app: string): Promise<void> {
  for (const path of [...SOURCES, ...(await installedForProduction())]) {
    await cp(join(CHECKOUT, path), join(app, path), { recursive: true, dereference: true });
  }
}

interface InstalledTree {
  readonly packages: Readonly<Record<string, { dev?: boolean; devOptional?: boolean }>>;
}

/** npm keeps a list of what it installed; without `dev` are what the program itself needs. */
async function installedForProduction(): Promise<string[]> {
  const list = await readFile(join(CHECKOUT, 'node_modules/.package-lock.json'), 'utf8');
  const { packages }: InstalledTree = JSON.parse(list);
  const needed = Object.entries(packages).filter(
    ([, { dev, devOptional }]) => !dev && !devOptional,
  );
  return needed.map(([path]) => path);
}

async function lay(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}
