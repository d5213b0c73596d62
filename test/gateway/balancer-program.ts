import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** A load balancer of Debian's: how it is run on a port in front of some backends. */
interface Balancer {
  readonly command: string;
  /** The Debian package that brings it. */
  readonly package: string;
  /** The name of its settings file, and what stands in it. */
  readonly file: string;
  settings(place: Place): string;
  args(place: Place): readonly string[];
}

/** Varnish compiles its settings with a C compiler. */
const START_MS = 10_000;

interface Place {
  readonly port: number;
  /** `host:port` of each. */
  readonly backends: readonly string[];
  readonly folder: string;
}

const nginx: Balancer = {
  command: 'nginx',
  package: 'nginx-light',
  file: 'nginx.conf',
  settings: ({ port, backends, folder }) => `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      upstream app { ${backends.map((backend) => `server ${backend} max_fails=1;`).join(' ')} }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://app; proxy_read_timeout 200ms; proxy_next_upstream off; }
      }
    }`,
  args: ({ folder }) => ['-p', folder, '-c', join(folder, 'nginx.conf')],
};

const haproxy: Balancer = {
  command: 'haproxy',
  package: 'haproxy',
  file: 'haproxy.cfg',
  settings: ({ port, backends }) => `
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 200ms
  retries 0
listen app
  bind 127.0.0.1:${port}
${backends.map((backend, index) => `  server app${index} ${backend}`).join('\n')}
`,
  args: ({ folder }) => ['-db', '-q', '-f', join(folder, 'haproxy.cfg')],
};

const caddy: Balancer = {
  command: 'caddy',
  package: 'caddy',
  file: 'Caddyfile',
  settings: ({ port, backends }) => `
{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy ${backends.join(' ')} {
    transport http {
      response_header_timeout 200ms
    }
  }
}
`,
  args: ({ folder }) => ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
};

const MODULES = '/usr/lib/apache2/modules';
const apache: Balancer = {
  command: 'apache2',
  package: 'apache2-bin',
  file: 'httpd.conf',
  settings: ({ port, backends, folder }) => `
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule proxy_module ${MODULES}/mod_proxy.so
LoadModule proxy_http_module ${MODULES}/mod_proxy_http.so
User nobody
Group nogroup
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
DefaultRuntimeDir ${folder}
ProxyTimeout 1
ProxyPass / http://${backends[0] ?? 'nowhere.invalid'}/
`,
  args: ({ folder }) => ['-D', 'FOREGROUND', '-d', folder, '-f', join(folder, 'httpd.conf')],
};

const varnish: Balancer = {
  command: 'varnishd',
  package: 'varnish',
  file: 'default.vcl',
  settings: ({ backends }) => {
    const [host, port] = backends[0]?.split(':') ?? [];
    const only = `{ .host = "${host}"; .port = "${port}"; .first_byte_timeout = 0.2s; }`;
    return `vcl 4.1;\nbackend app ${host === undefined ? 'none;' : only}\n`;
  },
  args: ({ port, folder }) => [
    ...['-F', '-j', 'none', '-n', join(folder, 'state'), '-s', 'malloc,1m'],
    ...['-a', `127.0.0.1:${port}`, '-f', join(folder, 'default.vcl')],
  ],
};

/** The programs, by the names that the table of known replies gives them. */
export const BALANCERS = {
  nginx,
  HAProxy: haproxy,
  Caddy: caddy,
  'Apache httpd': apache,
  Varnish: varnish,
} as const;

export type BalancerName = keyof typeof BALANCERS;

/** Why a program cannot be run here, or null where it can. */
export function whyMissing(name: BalancerName): string | null {
  const { command, package: brings } = BALANCERS[name];
  const isThere = spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
  return isThere ? null : `${command} is not installed (Debian: ${brings})`;
}

/** Runs a load balancer in front of some backends until the test is over; resolves with its port. */
export async function startBalancer(
  name: BalancerName,
  backends: readonly string[],
): Promise<number> {
  const balancer = BALANCERS[name];
  const folder = await mkdtemp(join(tmpdir(), 'candor-balancer-'));
  await chmod(folder, 0o755); // Some of them give up their privileges before they read it.
  const place: Place = { port: await freePort(), backends, folder };
  await writeFile(join(folder, balancer.file), balancer.settings(place));
  const child = spawn(balancer.command, balancer.args(place), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  onTestFinished(async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${balancer.command} ended: ${said}`);
    return (await accepts(place.port)) || undefined;
  }, START_MS);
  return place.port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** A port that nothing listens on; somebody else may take it before it is used, and nobody here does. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  server.close();
  await once(server, 'close');
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // Not yet.
  } finally {
    socket.destroy();
  }
}
