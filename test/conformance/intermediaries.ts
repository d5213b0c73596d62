import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programVersion } from '../../bench/peers/installed.ts';
import { nginxCommand } from '../../bench/peers/nginx.ts';
import type { Command } from '../../bench/processes.ts';

/** Where a proxy listens, whom it asks, and a folder for it alone. */
interface Place {
  readonly folder: string;
  readonly port: number;
  /** For HTTP/2 by prior knowledge; the same as `port` where one listener speaks both. */
  readonly http2Port: number;
  readonly opsPort: number;
  readonly originPort: number;
}

/** A proxy that the tables are played against, set up as its manual shows it. */
export interface Intermediary {
  readonly name: string;
  /** What to type where it is missing. */
  readonly install: string;
  /** The version that is installed, or null. */
  readonly version: () => string | null;
  /** HTTP/2 by prior knowledge has a port of its own. */
  readonly hasHttp2Port: boolean;
  /** Writes what it reads at start, and returns how to start it. */
  readonly prepare: (place: Place) => Command;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** What each of them waits for a head, for a reply, and between two parts of one. */
const PATIENCE_SECONDS = 2;

const candor: Intermediary = {
  name: 'Candor',
  install: 'it is this repository',
  version: () => 'this checkout',
  hasHttp2Port: false,
  prepare: ({ folder, port, opsPort, originPort }) => {
    const file = join(folder, 'candor.yaml');
    // The rows are failures on purpose, one after the other: no number of them is an outage here.
    writeFileSync(
      file,
      `listen: 127.0.0.1:${port}
ops: 127.0.0.1:${opsPort}
limits: { headTimeout: ${PATIENCE_SECONDS}s }
upstreams:
  app:
    endpoints: ["http://127.0.0.1:${originPort}"]
    timeouts: { connect: 2s, response: ${PATIENCE_SECONDS}s, idle: ${PATIENCE_SECONDS}s }
    detection: { windowRequests: 10000, failedRow: 10000 }
store: memory
`,
    );
    return { program: process.execPath, args: [MAIN, 'run', '--config', file] };
  },
};

const nginx: Intermediary = {
  name: 'nginx',
  install: 'apt-get install nginx',
  version: () => programVersion('nginx', '-v'),
  hasHttp2Port: true,
  prepare: ({ folder, port, http2Port, originPort }) =>
    nginxCommand(
      folder,
      `
  access_log off;
  client_header_timeout ${PATIENCE_SECONDS}s;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream app { server 127.0.0.1:${originPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${http2Port} http2;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_read_timeout ${PATIENCE_SECONDS}s;
    }
  }`,
    ),
};

const haproxy: Intermediary = {
  name: 'HAProxy',
  install: 'apt-get install haproxy',
  version: () => programVersion('haproxy', '-v'),
  hasHttp2Port: false,
  prepare: ({ folder, port, originPort }) => {
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server ${PATIENCE_SECONDS}s
  timeout tunnel 60s
  timeout http-request ${PATIENCE_SECONDS}s
  option forwardfor
  http-reuse safe
frontend clients
  bind 127.0.0.1:${port}
  default_backend app
backend app
  server app1 127.0.0.1:${originPort}
`,
    );
    return { program: 'haproxy', args: ['-db', '-f', file] };
  },
};

const caddy: Intermediary = {
  name: 'Caddy',
  install: 'apt-get install caddy',
  version: () => programVersion('caddy', 'version'),
  hasHttp2Port: false,
  prepare: ({ folder, port, originPort }) => {
    const file = join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
    timeouts {
      read_header ${PATIENCE_SECONDS}s
    }
  }
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${originPort} {
    transport http {
      dial_timeout 2s
      response_header_timeout ${PATIENCE_SECONDS}s
      read_timeout ${PATIENCE_SECONDS}s
    }
  }
}
`,
    );
    const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    return {
      program: 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', file],
      env: { GOMAXPROCS: '1', ...home },
    };
  },
};

/** Candor, and the three that most people would pick instead. */
export const INTERMEDIARIES: readonly Intermediary[] = [candor, nginx, haproxy, caddy];
