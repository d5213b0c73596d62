import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { isHostName } from './addresses.ts';
import { reading, wholeNumber } from './scalars.ts';

/** The parts of a request by which routes and rules are chosen: host, path, method, status. */

/** A request's path as RFC 3986 allows it; no `*`, which would be taken for a pattern. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
/** `%` before a character that needs none: requests are compared without (RFC 3986, section 6.2.2). */
const NEEDLESS_ESCAPE = /%(?:2[dDeE]|3\d|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])/;
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A host that routes ask for, in lower case: a name, `*.` and a name, or an IP address. */
export function routeHost() {
  return reading({
    expected: 'a host without port such as app.example.com or *.example.com',
    title: 'host',
    read: parseRouteHost,
  });
}

function parseRouteHost(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [, bracketed] = /^\[(.+)\]$/.exec(text) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? text.toLowerCase() : undefined;
  if (!/^[^\s/\\?#@:%]+$/.test(text)) return undefined; // domainToASCII() reads up to the first of these.
  const prefix = text.startsWith('*.') ? '*.' : '';
  const name = domainToASCII(text.slice(prefix.length));
  return isHostName(name) && !name.endsWith('.') ? `${prefix}${name}` : undefined;
}

/** The beginning of a path. */
export function pathPrefix() {
  return reading({
    expected:
      'the beginning of a path such as /api/, in plain form: without *, query, dot segments, doubled slashes and escapes of plain characters',
    title: 'path',
    read: (text) => (isPlainPath(text) ? text : undefined),
  });
}

/** A whole path of one or more segments, slashes at both ends. */
export function publicPrefix() {
  return reading({
    expected: 'a path with a slash at both ends such as /_candor/',
    title: 'path',
    read: (text) => (isPlainPath(text) && /^\/.+\/$/.test(text) ? text : undefined),
  });
}

/** What a probe asks for: a path, and a query if there is one. */
export function probeTarget() {
  return reading({
    expected: 'a path such as /healthz, with or without a query',
    title: 'path',
    read: (text) => {
      const [path = '', ...query] = text.split('?');
      const isWhole = isPath(path) && query.every((part) => /^[\x21\x22\x24-\x7e]*$/.test(part));
      return isWhole ? text : undefined;
    },
  });
}

function isPath(text: string): boolean {
  return PATH.test(text) && !DOT_SEGMENT.test(text);
}

/** The form in which requests are compared with routes; any other would match none. */
function isPlainPath(text: string): boolean {
  return isPath(text) && !text.includes('//') && !NEEDLESS_ESCAPE.test(text);
}

/** A method, in upper case. */
export function method() {
  return reading({
    expected: 'an HTTP method such as POST',
    title: 'method',
    read: (text) => (TOKEN.test(text) ? text.toUpperCase() : undefined),
  });
}

/** A status that ends an exchange: 1xx never does. */
export function finalStatus() {
  return wholeNumber(200, 599);
}
