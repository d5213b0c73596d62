import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.ts';
import { joinedCertificate } from './certificate.ts';
import { programVersion } from './installed.ts';
import type { Bed, Peer } from './peer.ts';

/** HAProxy, with a checked server and an error file. */
export const haproxy: Peer = {
  name: 'HAProxy',
  about:
    'one thread; `http-reuse safe`, `option forwardfor`; no log; server checked, `errorfile 503`',
  install: 'apt-get install haproxy',
  isCompiledLate: false,
  version: () => programVersion('haproxy', '-v'),
  prepare,
};

const HEAD_ROOM_BYTES = 4096;
const DEFAULT_BUFFER_BYTES = 16_384;

function prepare(bed: Bed): Command {
  const { body } = bed.outageAnswer;
  const bodyBytes = body.length;
  const errorFile = join(bed.folder, '503.http');
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: text/html; charset=utf-8',
    'Cache-Control: no-store',
    'Retry-After: 30',
    `Content-Length: ${bodyBytes}`,
  ];
  writeFileSync(errorFile, `${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  // An error file has to fit into one buffer.
  const bufferBytes = Math.max(DEFAULT_BUFFER_BYTES, bodyBytes + HEAD_ROOM_BYTES);
  const file = join(bed.folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  tune.bufsize ${bufferBytes}
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse safe
  errorfile 503 ${errorFile}
frontend clients
  bind 127.0.0.1:${bed.port}${secured(bed)}
  default_backend app
backend app
  server app1 127.0.0.1:${bed.originPort} check inter 1s fall 2
`,
  );
  return { program: 'haproxy', args: ['-db', '-f', file] };
}

function secured({ folder, protocol }: Bed): string {
  if (protocol === 'http') return '';
  const offered = protocol === 'h2' ? 'h2,http/1.1' : 'http/1.1';
  return ` ssl crt ${joinedCertificate(folder)} alpn ${offered}`;
}
