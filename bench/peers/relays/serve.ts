import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer as createHttp2Server, type Http2SecureServer } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import type { RelaySetting } from './setting.ts';

/** Has Node serve a listener over what the clients speak. */
export function serve(setting: RelaySetting, listener: RequestListener): void {
  newServer(setting, listener).listen(setting.port, '127.0.0.1');
}

/** Certificate and key for Node's servers; null without TLS. */
export function secureOptions({ protocol, certificate: { cert, key } }: RelaySetting) {
  return protocol === 'http' ? null : { cert: readFileSync(cert), key: readFileSync(key) };
}

function newServer(setting: RelaySetting, listener: RequestListener): Server | Http2SecureServer {
  const secure = secureOptions(setting);
  if (secure === null) return createServer(listener);
  if (setting.protocol === 'tls') return createSecureServer(secure, listener);
  const server = createHttp2Server(secure);
  // Its requests and responses are made to be taken for those of node:http.
  server.on('request', listener as never);
  return server;
}
