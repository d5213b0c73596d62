import { cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputOf } from '../swarm/command.ts';
import type { Docker } from '../swarm/engine.ts';
import { printed } from './build-engine.ts';

/** What the Dockerfile's first stage runs, in any place of the machine's path. */
const COMMANDS =
  'sh bash env cat chown dirname find grep install ldd mkdir readlink sed sleep uname'.split(' ');
/** Where the certificates of authorities are, whatever this machine trusts beside the usual ones. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
/** Of the C library, what packages' own binaries load that none of the above does. */
const LIBRARIES = ['librt.so.1', 'libutil.so.1', 'libgcc_s.so.1'];
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

/**
 * Stands in for the Dockerfile's base image where no registry answers: the pinned Node, npm and the few
 * commands that the first stage runs, with the libraries that they load, of this machine.
 */
export async function importStandIn(docker: Docker, tag: string, folder: string): Promise<void> {
  const root = join(folder, 'base');
  await layOut(root);
  for (const command of COMMANDS) await layProgram(root, await printed('which', command));
  await layProgram(root, await realpath(process.execPath), '/usr/local/bin/node');
  for (const name of LIBRARIES) await layLibrary(root, name);
  await layNpm(root);
  const tarball = join(folder, 'base.tar');
  await outputOf('tar', ['-C', root, '-cf', tarball, '--owner=0', '--group=0', '.']);
  const changes = (await environment()).flatMap((line) => ['--change', `ENV ${line}`]);
  await docker.output('import', ...changes, tarball, tag);
}

/** As Debian is laid out: what was at the top is below /usr. */
async function layOut(root: string): Promise<void> {
  for (const name of MERGED) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(join('usr', name), join(root, name));
  }
  for (const name of ['tmp', 'etc', 'root']) await mkdir(join(root, name));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  await lay(AUTHORITIES, join(root, AUTHORITIES));
}

async function layProgram(root: string, file: string, to = file): Promise<void> {
  await lay(await realpath(file), join(root, to));
  // Scripts load nothing, and `ldd` says so by its exit code.
  const loaded = await printed('ldd', await realpath(file));
  for (const [library] of loaded.matchAll(/(?<=\s)\/\S+/g)) {
    await lay(await realpath(library), join(root, library));
  }
}

/** Beside the C library itself, wherever this machine has that. */
async function layLibrary(root: string, name: string): Promise<void> {
  const [libc = ''] = (await printed('ldd', process.execPath)).match(/\/\S+\/libc\.so\.6/) ?? [];
  const library = join(dirname(libc), name);
  await lay(await realpath(library), join(root, library));
}

async function layNpm(root: string): Promise<void> {
  const cli = await realpath(await printed('which', 'npm')); // Its own bin/npm-cli.js.
  const home = 'usr/local/lib/node_modules/npm';
  await cp(dirname(dirname(cli)), join(root, home), { recursive: true });
  await symlink(`/${home}/bin/npm-cli.js`, join(root, 'usr/local/bin/npm'));
}

/** Where packages come from on this machine, and whom it trusts. */
async function environment(): Promise<string[]> {
  const registry = await printed('npm', 'config', 'get', 'registry');
  return [
    'PATH=/usr/local/bin:/usr/bin:/bin',
    `npm_config_registry=${registry}`,
    `NODE_EXTRA_CA_CERTS=${AUTHORITIES}`,
    // The machine's npm was made for another Node; what it says of that is no matter of this test.
    'npm_config_update_notifier=false',
  ];
}

async function lay(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}
