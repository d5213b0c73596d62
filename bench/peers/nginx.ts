import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.ts';
import { programVersion } from './installed.ts';
import type { Bed, Peer } from './peer.ts';

/** nginx, with kept-alive upstream connections and an error page from a file. */
export const nginx: Peer = {
  name: 'nginx',
  about:
    'one worker; upstream keepalive 64; access and error log to files; `error_page` from a file',
  install: 'apt-get install nginx',
  version: () => programVersion('nginx', '-v'),
  prepare,
};

function prepare(bed: Bed): Command {
  writeFileSync(join(bed.folder, 'outage.html'), bed.outageAnswer.body, 'latin1');
  return nginxCommand(
    bed.folder,
    `
  access_log ${bed.folder}/access.log;
  sendfile on;
  tcp_nopush on;
  upstream app { server 127.0.0.1:${bed.originPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${bed.port};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
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
