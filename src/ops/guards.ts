import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { OpsSettings } from '../config/settings.ts';
import { credentialsOf } from './credentials.ts';
import { sendProblem } from './problem-reply.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Lets in those who carry the token; without one, those who ask for this machine by name.
 *
 * A program sends it as a bearer token. A browser's way in is HTTP Basic, with the token as the password and
 * any name: what a browser keeps of it goes to this port only, where a cookie would go to every port of the
 * machine, the gateway's and so the application's among them.
 *
 * Without a token the listener is on the loopback, where a page in an operator's browser reaches it
 * as well, once a name of its author's resolves to 127.0.0.1 (DNS rebinding). What gives such a
 * request away is the name in `Host`.
 */
export function admit({ token, host }: OpsSettings): RequestHandler {
  return token === null ? admitByHost(host) : admitByToken(token);
}

function admitByToken(token: string): RequestHandler {
  const expected = digest(token);
  return (request: Request, response: Response, next: NextFunction) => {
    const given = credentialsOf(request);
    // Digests are of one length, which is what a comparison in constant time needs.
    if (given !== null && timingSafeEqual(digest(given.token), expected)) return next();
    // A program is not told of Basic: one that asks its user for a password would wait for nobody.
    const scheme = request.accepts('json', 'html') === 'html' ? 'Basic' : 'Bearer';
    response.setHeader('WWW-Authenticate', `${scheme} realm="candor ops"`);
    return sendProblem(response, 401, 'This listener asks for its token as a bearer token.');
  };
}

function admitByHost(listenHost: string): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const name = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
    if (isOwnName(name, listenHost)) return next();
    return sendProblem(response, 421, 'Ask for this listener by a loopback address or localhost.');
  };
}

function isOwnName(name: string, listenHost: string): boolean {
  if (name === 'localhost' || name === listenHost.toLowerCase()) return true;
  const address = name.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Refuses what another site's page made a browser send, in requests that change something.
 *
 * A browser says where a request comes from (`Sec-Fetch-Site`, or `Origin` in older ones); curl and
 * other programs send neither.
 */
export function refuseCrossSite(request: Request, response: Response, next: NextFunction): void {
  const site = request.headers['sec-fetch-site'] ?? 'none';
  const { origin, host } = request.headers;
  const isOwnSite = site === 'none' || site === 'same-origin';
  const isOwnOrigin = origin === undefined || URL.parse(origin)?.host === host;
  if (isOwnSite && isOwnOrigin) return next();
  return sendProblem(response, 403, 'This request comes from another site.');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
