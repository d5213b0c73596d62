import {
  all,
  answered,
  either,
  originBody,
  originField,
  originLacks,
  originMethod,
  originSaw,
  originTarget,
  refused,
  statusIn,
} from '../checks.ts';
import type { Row } from '../row.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';

/** Hosts that are none (RFC 9112, section 3.2). */
const BAD_HOSTS = [
  ['none', 'GET / HTTP/1.1\r\n\r\n'],
  ['two that agree', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
  ['two that differ', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['with a space', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
  ['with user information', 'GET / HTTP/1.1\r\nHost: user@a\r\n\r\n'],
  ['with a port that is none', 'GET / HTTP/1.1\r\nHost: a:b\r\n\r\n'],
  ['a list', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n'],
] as const;

/** Requests whose target is known by another form than a path (RFC 9112, section 3.2). */
const TARGETS = [
  ['a path with dots', '/a/../b/./c', '/a/../b/./c'],
  ['encoded slashes and dots', '/%2e%2e/%2F', '/%2e%2e/%2F'],
  ['two slashes', '//a//b', '//a//b'],
  ['an empty query', '/?', '/?'],
  ['a query with a question mark', '/a?b?c=%26&d', '/a?b?c=%26&d'],
  ['sub-delimiters', "/a;b=c,d:e@f!$&'()*+", "/a;b=c,d:e@f!$&'()*+"],
] as const;

/** The request line and Host (RFC 9112, sections 2 and 3; RFC 9110, sections 7.1 and 7.2). */
export const heads: readonly Row[] = [
  ...BAD_HOSTS.map(
    ([name, bytes]): Row => ({
      id: `head/Host: ${name}`,
      rfc: 'RFC 9112 §3.2',
      holds: 'A request without one valid Host is answered 400.',
      send: [bytes],
      checks: [statusIn(400), originSaw(0)],
    }),
  ),
  ...TARGETS.map(
    ([name, target, seen]): Row => ({
      id: `head/target: ${name}`,
      rfc: 'RFC 9110 §7.7',
      holds: 'Path and query go on as they came.',
      send: [`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`],
      checks: [answered(200), originTarget(seen)],
    }),
  ),
  {
    id: 'head/Host goes on',
    rfc: 'RFC 9112 §3.2',
    holds: 'The origin gets the host that was asked for, its port included.',
    send: ['GET / HTTP/1.1\r\nHost: App.example:8080\r\n\r\n'],
    checks: [answered(200), originField('host', 'App.example:8080')],
  },
  {
    id: 'head/an IPv6 address as Host',
    rfc: 'RFC 9110 §7.2',
    holds: 'An IP literal is a host.',
    send: ['GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n'],
    checks: [answered(200), originField('host', '[::1]:80')],
  },
  {
    id: 'head/absolute-form',
    rfc: 'RFC 9112 §3.2.2',
    holds: 'A server accepts the absolute form, and sends the origin form on.',
    send: ['GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [answered(200), originTarget('/x?y'), originField('host', 'a')],
  },
  {
    id: 'head/absolute-form without a path',
    rfc: 'RFC 9112 §3.2.1',
    holds: 'An empty path is sent on as `/`.',
    send: ['GET http://a HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [answered(200), originTarget('/')],
  },
  {
    id: 'head/absolute-form beside another Host',
    rfc: 'RFC 9112 §3.2.2',
    holds:
      'Host is ignored in favour of the target, or the request refused: never two authorities.',
    send: ['GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [either(refused, all(answered(200), originField('host', 'b'), originTarget('/')))],
  },
  {
    id: 'head/a fragment in the target',
    rfc: 'RFC 9112 §3.2',
    holds: 'A target with a fragment is refused, or sent on without it.',
    send: ['GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [either(refused, all(answered(200), originTarget('/a')))],
  },
  {
    id: 'head/a target of 7,900 bytes',
    rfc: 'RFC 9112 §3',
    holds: 'Request lines of 8,000 octets are supported.',
    send: [`GET /${'a'.repeat(7900)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    checks: [answered(200), originSaw(1)],
  },
  {
    id: 'head/a target of 200 KB',
    rfc: 'RFC 9112 §3',
    holds:
      'A target that is longer than any that is wanted is refused, as 414 or with its head as 431.',
    send: [`GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    checks: [either(statusIn(414, 431), refused), originSaw(0)],
  },
  {
    id: 'head/a field of 200 KB',
    rfc: 'RFC 6585 §5',
    holds: 'A head that is larger than what is taken is refused.',
    send: [`${GET}X-A: ${'a'.repeat(200_000)}\r\n\r\n`],
    checks: [refused, originSaw(0)],
  },
  {
    id: 'head/20,000 fields',
    rfc: 'RFC 9110 §5.4',
    holds: 'A head of very many small fields is refused, or goes on whole: nothing is left out.',
    send: [`${GET}${'X:y\r\n'.repeat(20_000)}\r\n`],
    checks: [refused, originSaw(0)],
  },
  {
    id: 'head/1,900 fields',
    rfc: 'RFC 9110 §5.4',
    holds: 'Of many small fields none is left out silently: all go on, or the request is refused.',
    send: [`${GET}${'X:y\r\n'.repeat(1_900)}X-Last: z\r\n\r\n`],
    checks: [either(refused, all(answered(200), originField('x-last', 'z')))],
  },
  {
    id: 'head/an extension method',
    rfc: 'RFC 9110 §9.1',
    holds: 'A method that is registered, and not among the usual ones, goes on.',
    send: ['PROPFIND / HTTP/1.1\r\nHost: a\r\nDepth: 1\r\n\r\n'],
    checks: [answered(200), originMethod('PROPFIND')],
  },
  {
    id: 'head/a method that nobody knows',
    rfc: 'RFC 9110 §9.1',
    holds: 'A method that is not implemented goes on, or is answered 501.',
    send: ['FETCHED / HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [either(statusIn(501), all(answered(200), originMethod('FETCHED')))],
  },
  {
    id: 'head/a method in lower case',
    rfc: 'RFC 9110 §9.1',
    holds: 'Methods are case-sensitive: `get` is not made `GET`.',
    send: ['get / HTTP/1.1\r\nHost: a\r\n\r\n'],
    checks: [either(refused, originMethod('get'))],
  },
  {
    id: 'head/HTTP/1.2',
    rfc: 'RFC 9110 §2.5',
    holds:
      'A higher minor version is refused, or served as the highest that is known; the origin gets ours.',
    send: ['GET / HTTP/1.2\r\nHost: a\r\n\r\n'],
    checks: [either(refused, all(answered(200), originSaw(1)))],
  },
  {
    id: 'head/HTTP/3.0 in a request line',
    rfc: 'RFC 9110 §15.6.6',
    holds: 'A major version that is not supported is refused.',
    send: ['GET / HTTP/3.0\r\nHost: a\r\n\r\n'],
    checks: [refused, originSaw(0)],
  },
  {
    id: 'head/HTTP/0.9',
    rfc: 'RFC 9112 §3',
    holds: 'A request line without a version is refused, or served by no more than one request.',
    send: ['GET /\r\n\r\n'],
    checks: [either(refused, originLacks('HTTP/0.9'))],
  },
  {
    id: 'head/the version is the hop’s own',
    rfc: 'RFC 9110 §2.5',
    holds: 'An intermediary sends its own version, not that of the client.',
    send: ['GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    checks: [
      answered(200),
      ({ origin }) => (origin.requests[0]?.version === 'HTTP/1.1' ? null : 'HTTP/1.0 went on'),
    ],
  },
  {
    id: 'head/HTTP/1.0 without a Host',
    rfc: 'RFC 9112 §3.2',
    holds: 'HTTP/1.0 needs no Host, and what goes on as HTTP/1.1 has one.',
    send: ['GET / HTTP/1.0\r\n\r\n'],
    checks: [either(refused, all(answered(200), originField('host', /^/)))],
  },
  {
    id: 'head/TLS on a plain port',
    rfc: 'RFC 9112 §3',
    holds: 'What is no HTTP is refused or closed.',
    send: ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    checks: [refused, originSaw(0)],
  },
  {
    id: 'head/byte by byte',
    rfc: 'RFC 9112 §2.2',
    holds: 'A request is a sequence of octets, however it is cut into packets.',
    send: [...'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    checks: [answered(200), originBody('hello')],
  },
];
