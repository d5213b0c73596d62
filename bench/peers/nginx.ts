import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.ts';
import { copyCertificate } from './certificate.ts';
import { programVersion } from './installed.ts';
import type { Bed, Peer } from './peer.ts';

const INSTALLED = {
  install: 'apt-get install nginx',
  isCompiledLate: false,
  version: () => programVersion('nginx', '-v'),
} as const;

/** nginx, with kept-alive upstream connections and an error page from a file. */
export const nginx: Peer = {
  ...INSTALLED,
  name: 'nginx',
  about:
    'one worker; upstream keepalive 64; access and error log to files; `error_page` from a file; uploads of any length, collected in a file before they are sent on, as it comes',
  prepare: (bed) => prepare(bed, ''),
};

/** The same, with uploads sent on as they come, which is what Candor does. */
export const nginxUnbuffered: Peer = {
  ...INSTALLED,
  name: 'nginx unbuffered',
  about: 'the same with `proxy_request_buffering off`',
  prepare: (bed) => prepare(bed, 'proxy_request_buffering off;'),
};

function prepare(bed: Bed, uploads: string): Command {
  writeFileSync(join(bed.folder, 'outage.html'), bed.outageAnswer.body, 'latin1');
  return nginxCommand(
    bed.folder,
    `
  access_log ${bed.folder}/access.log;
  sendfile on;
  tcp_nopush on;
  upstream app { server 127.0.0.1:${bed.originPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${bed.port}${secured(bed)};
    client_max_body_size 0;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      ${uploads}
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      error_page 502 503 504 /outage.html;
    }
    location = /outage.html {
      internal;
      root ${bed.folder};
      add_header Cache-Control no-store always;
      add_header Retry-After 30 always;
    }
  }`,
  );
}

/** What follows the address in `listen`. A client of HTTP/2 does not come back after 1,000 requests, as wrk does. */
function secured({ folder, protocol }: Bed): string {
  if (protocol === 'http') return '';
  const { cert, key } = copyCertificate(folder);
  const isHttp2 = protocol === 'h2';
  return ` ssl${isHttp2 ? ' http2' : ''};
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    keepalive_requests ${isHttp2 ? 100_000_000 : 1000}`;
}

/** Writes a whole nginx configuration around the given `http` block. One worker, in the foreground. */
export function nginxCommand(folder: string, httpBlock: string): Command {
  mkdirSync(join(folder, 'temp'), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${folder}/temp;`)
    .join('\n');
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
${temporary}
  default_type text/html;
  types { text/html html; }${httpBlock}
}
`,
  );
  return { program: 'nginx', args: ['-p', folder, '-e', join(folder, 'error.log'), '-c', file] };
}
