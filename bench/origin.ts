import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CERTIFICATE } from './peers/certificate.ts';
import { nginx, nginxCommand } from './peers/nginx.ts';
import type { RelaySetting } from './peers/relays/setting.ts';
import { accepting, type Command, freePort, type Processes } from './processes.ts';
import { LARGE_BYTES, SMALL_BYTES } from './scenarios.ts';

const BARE_SERVER = fileURLToPath(new URL('peers/relays/bare-server.ts', import.meta.url));

/**
 * Starts the application that reads uploads, and returns its port: a bare `node:http` server, because
 * nginx writes what it reads into a file before it passes it on.
 */
export async function startUploadOrigin(processes: Processes, core: number): Promise<number> {
  const port = await freePort();
  const folder = join(processes.folder, 'upload-origin');
  mkdirSync(folder);
  const running = processes.start('upload-origin', nodeOrigin(folder, port), core);
  await accepting(running, port);
  return port;
}

/**
 * Starts the application that every proxy stands in front of, and returns its port.
 *
 * nginx where it is installed, because it leaves the most of its core to the load generator; a
 * bare `node:http` server elsewhere. Both read a POST to its end before they answer.
 */
export async function startOrigin(processes: Processes, core: number): Promise<number> {
  const port = await freePort();
  const folder = join(processes.folder, 'origin');
  mkdirSync(folder);
  const command = nginx.version() === null ? nodeOrigin(folder, port) : nginxOrigin(folder, port);
  await accepting(processes.start('origin', command, core), port);
  return port;
}

function nginxOrigin(folder: string, port: number): Command {
  writeFileSync(join(folder, 'large'), Buffer.alloc(LARGE_BYTES, 'x'));
  // A handler that answers by itself does so before the body is there; a proxy reads it first.
  return nginxCommand(
    folder,
    `
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=8;
  keepalive_timeout 75s;
  keepalive_requests 100000000;
  client_body_buffer_size 64k;
  upstream body { server unix:${folder}/body.sock; keepalive 64; keepalive_requests 100000000; }
  server {
    listen unix:${folder}/body.sock;
    location / { return 200 ok; }
  }
  server {
    listen 127.0.0.1:${port};
    location = /small { return 200 ${'x'.repeat(SMALL_BYTES)}; }
    location = /large { root ${folder}; }
    location = /post {
      proxy_pass http://body;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
      proxy_pass_request_body off;
    }
  }`,
  );
}

function nodeOrigin(folder: string, port: number): Command {
  const outageAnswer = { status: 503, reasonPhrase: 'Unused', headers: [], body: '' };
  const setting: RelaySetting = {
    port,
    protocol: 'http',
    certificate: CERTIFICATE,
    originPort: port,
    isOutage: false,
    outageAnswer,
  };
  const file = join(folder, 'setting.json');
  writeFileSync(file, JSON.stringify(setting));
  return { program: process.execPath, args: [BARE_SERVER, file] };
}
