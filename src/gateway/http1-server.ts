import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import {
  createServer as createSecureServer,
  type ServerOptions as SecureOptions,
} from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Limits } from '../config/settings.ts';
import type { ClientResponse } from './client-message.ts';
import { Http1Request } from './http1-request.ts';
import { Http1Response } from './http1-response.ts';
import { type Peer, peerOf } from './peer.ts';

/** Where requests go. */
export type Serve = (response: ClientResponse, peer: Peer) => void;

/** A server for HTTP/1.x that does not listen yet; `tls` makes it one for HTTPS. */
export function newHttp1Server(limits: Limits, tls: SecureOptions | null, serve: Serve): Server {
  const options = optionsOf(limits);
  const server = tls === null ? createServer(options) : createSecureServer({ ...options, ...tls });
  limitBy(server, limits);
  const onRequest = (request: IncomingMessage, response: Http1Response) =>
    serve(response, peerOf(request.socket));
  server.on('request', onRequest);
  // 100 (Continue) is sent when the upstream is ready for the body: see `RequestBody`.
  server.on('checkContinue', onRequest);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, early: Buffer) => {
    if (early.length > 0) socket.unshift(early);
    onRequest(request, responseFor(request, socket as Socket));
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuseConnect(socket as Socket);
  });
  return server;
}

/** Has a listener keep to these limits, from the next connection on. */
export function limitBy(server: Server, limits: Limits): void {
  const { maxHeaderSize, headersTimeout, keepAliveTimeout } = optionsOf(limits);
  // node:http reads these off the server for each connection; `maxHeaderSize` is not among its types.
  Object.assign(server, { maxHeaderSize, headersTimeout, keepAliveTimeout });
}

function optionsOf(limits: Limits): ServerOptions {
  return {
    IncomingMessage: Http1Request,
    ServerResponse: Http1Response,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headTimeoutMs,
    // A slow upload is no attack: only heads and idle connections have a time-out.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headTimeoutMs),
    // Checked in `readHead`, with a clearer answer and for HTTP/1.0 as well.
    requireHostHeader: false,
    noDelay: true,
    // A request without a body has no body stream to end: a tenth of the cost of a small request.
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: mayUpgrade,
  };
}

/**
 * Whether an upgrade is asked of the upstream; else the request is served as if it had asked for none
 * (RFC 9110, section 7.8).
 *
 * Not to h2c, which RFC 9113 dropped: a tunnel that the gateway cannot read would go round every route
 * and rule. Not with a body, nor behind a running request: the connection is not free to change yet. Not in
 * HTTP/1.0, which knows no upgrade.
 */
function mayUpgrade({ headers, httpVersionMinor, socket }: IncomingMessage): boolean {
  return (
    httpVersionMinor > 0 &&
    !/(?:^|,)\s*h2c?\s*(?:,|$)/i.test(headers.upgrade ?? '') &&
    headers['transfer-encoding'] === undefined &&
    (headers['content-length'] ?? '0') === '0' &&
    peerOf(socket).current === null
  );
}

/** A response for a request whose connection node:http has let go of, in case it is not upgraded. */
function responseFor(request: IncomingMessage, socket: Socket): Http1Response {
  const response = new Http1Response(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => response.emit('close'));
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  return response;
}

/** Answers CONNECT, or ends the connection after the reply in progress where there is one. */
function refuseConnect(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  const peer = peerOf(socket);
  const { current } = peer;
  if (current === null) {
    socket.end(CONNECT_REFUSED, () => socket.destroySoon());
    return;
  }
  peer.isBroken = true;
  // node:http has let go of the connection, and with it of the reply's backpressure.
  socket.on('drain', () => current.emit('drain'));
}

const CONNECT_REFUSED =
  'HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\n' +
  'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n' +
  'Content-Length: 29\r\nConnection: close\r\n\r\nCONNECT is not offered here.\n';
