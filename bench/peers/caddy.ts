import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.ts';
import { copyCertificate } from './certificate.ts';
import { programVersion } from './installed.ts';
import type { Bed, Peer } from './peer.ts';

/** Caddy, with its reverse proxy as it comes and an error page from a file. */
export const caddy: Peer = {
  name: 'Caddy',
  about: 'GOMAXPROCS=1; reverse_proxy as it comes; no access log; `handle_errors` with a file',
  install: 'apt-get install caddy',
  isCompiledLate: false,
  version: () => programVersion('caddy', 'version'),
  prepare,
};

function prepare(bed: Bed): Command {
  writeFileSync(join(bed.folder, 'outage.html'), bed.outageAnswer.body, 'latin1');
  const file = join(bed.folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  admin off
  auto_https off
}
${sites(bed)} {
  bind 127.0.0.1
${secured(bed)}  reverse_proxy 127.0.0.1:${bed.originPort}
  handle_errors {
    root * ${bed.folder}
    rewrite * /outage.html
    header Cache-Control no-store
    header Retry-After 30
    file_server
  }
}
`,
  );
  const home = { HOME: bed.folder, XDG_CONFIG_HOME: bed.folder, XDG_DATA_HOME: bed.folder };
  return {
    program: 'caddy',
    args: ['run', '--adapter', 'caddyfile', '--config', file],
    env: { GOMAXPROCS: '1', ...home },
  };
}

function sites({ port, protocol }: Bed): string {
  if (protocol !== 'http') return `https://127.0.0.1:${port}`;
  return `http://127.0.0.1:${port}, http://localhost:${port}`;
}

function secured({ folder, protocol }: Bed): string {
  if (protocol === 'http') return '';
  const { cert, key } = copyCertificate(folder);
  return `  tls ${cert} ${key}\n`;
}
