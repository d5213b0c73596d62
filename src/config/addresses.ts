import { isIP, isIPv4, isIPv6 } from 'node:net';
import { reading } from './scalars.ts';
import type { Address } from './settings.ts';
import type { EngineAddress } from './upstream-settings.ts';

const HOST_NAME =
  /^(?=.{1,253}\.?$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*\.?$/;

/** A name that a resolver could be asked for, underscores of Docker's services included. */
export function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && !/^[\d.]+$/.test(text);
}

/** `HOST:PORT`, IPv6 in brackets; the host comes back without them. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  const isKnown = bracketed === undefined ? isIPv4(host) || isHostName(host) : isIPv6(host);
  return isKnown ? { host, port } : undefined;
}

/** True where only this machine can connect: such an address needs no token. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** An address to listen on; port 0 takes any that is free. */
export function listenAddress() {
  return reading({
    expected: 'HOST:PORT such as 127.0.0.1:8080 or "[::1]:8080"',
    title: 'address',
    read: parseAddress,
  });
}

/** `10.0.0.0/8`, `fd00::/8`, or one address, which becomes a block of its own. */
export function addressBlock() {
  return reading({
    expected: 'an IP address or a block such as 10.0.0.0/8 or fd00::/8',
    title: 'block of addresses',
    read: parseBlock,
  });
}

function parseBlock(text: string): string | undefined {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return undefined;
  const widest = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? widest : Number(prefix);
  return bits <= widest ? `${address}/${bits}` : undefined;
}

/** A name server by IP address; port 53 where none is said. */
export function nameServer() {
  return reading({
    expected: 'the IP address of a name server such as 127.0.0.11 or 127.0.0.11:53',
    title: 'address',
    read: parseNameServer,
  });
}

function parseNameServer(text: string): string | undefined {
  if (isIPv4(text)) return `${text}:53`;
  if (isIPv6(text)) return `[${text}]:53`;
  const address = parseAddress(text);
  if (address === undefined || address.port === 0 || isIP(address.host) === 0) return undefined;
  return text;
}

/** Where a Docker Engine is asked: its socket, or a proxy in front of it. */
export function engineAddress() {
  return reading({
    expected: 'an address such as unix:///var/run/docker.sock or tcp://HOST:PORT',
    title: 'address of a Docker Engine',
    pattern: '^(unix:///|tcp://)',
    read: parseEngine,
  });
}

function parseEngine(text: string): EngineAddress | undefined {
  const path = /^unix:\/\/(\/[^\0]+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'socket', path };
  const address = text.startsWith('tcp://') ? parseAddress(text.slice('tcp://'.length)) : undefined;
  return address === undefined || address.port === 0 ? undefined : { kind: 'tcp', ...address };
}

/** A name for discovery to resolve. */
export function hostName() {
  return reading({
    expected: 'a host name such as tasks.app',
    title: 'host name',
    read: (text) => (isHostName(text) ? text : undefined),
  });
}

/** One endpoint: scheme, host and port, and nothing after it. */
export function endpointUrl() {
  return reading({
    expected: 'an http or https address without a path, such as http://10.0.0.5:8080',
    title: 'URL',
    pattern: '^https?://[^/?#@]+/?$',
    read: (text) => {
      const url = parseUrl(text, ['http:', 'https:']);
      if (url === undefined || url.port === '0' || !/^https?:\/\/[^/?#]+\/?$/i.test(text)) return;
      return url.origin;
    },
  });
}

/** A page for people, in the normal form of URLs: `https://status.example.com/`. */
export function pageUrl() {
  return reading({
    expected:
      'an http or https address without credentials, query or fragment, such as https://status.example.com',
    title: 'URL',
    pattern: '^https?://[^?#@]+$',
    read: (text) => {
      if (/[?#]/.test(text)) return undefined;
      return parseUrl(text, ['http:', 'https:'])?.href;
    },
  });
}

/** Where notices go. What a receiver knows its callers by may stand in the path or the query. */
export function receiverUrl() {
  return reading({
    expected: 'an http or https address without credentials or fragment',
    title: 'URL',
    pattern: '^https?://[^#@]+$',
    read: (text) => (text.includes('#') ? undefined : parseUrl(text, ['http:', 'https:'])?.href),
  });
}

/** Where a visitor finds help. */
export function supportUrl() {
  return reading({
    expected: 'a mailto:, https: or tel: address',
    title: 'URL',
    pattern: '^(mailto:|https://|tel:)',
    read: (text) => {
      const url = parseUrl(text, ['mailto:', 'https:', 'tel:']);
      if (url === undefined || (url.protocol === 'mailto:' && !/^[^@]+@[^@]+$/.test(url.pathname)))
        return undefined;
      return url.pathname === '' ? undefined : url.href;
    },
  });
}

/** A browser's origin: scheme and host, and the port where it is not the usual one. */
export function webOrigin() {
  return reading({
    expected: 'an origin such as https://portal.example.com',
    title: 'origin',
    pattern: '^https?://[^/?#@]+/?$',
    read: (text) =>
      /^https?:\/\/[^/?#]+\/?$/i.test(text)
        ? parseUrl(text, ['http:', 'https:'])?.origin
        : undefined,
  });
}

function parseUrl(text: string, protocols: readonly string[]): URL | undefined {
  const url = /[\s\p{Cc}\\]/u.test(text) ? null : URL.parse(text);
  if (url === null || !protocols.includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url : undefined;
}
