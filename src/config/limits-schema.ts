import { duration, section, size, wholeNumber } from './scalars.ts';
import type { Limits } from './settings.ts';

/** How long a body may be: of any request, or of those of one route. */
export function bodyBytes() {
  return size('0B', '1048576MiB');
}

/** What the gateway takes of clients, and for how long: `docs/limits.md` has the sources of the defaults. */
export const limits = section({
  headerBytes: size('1KiB', '1MiB')
    .prefault('16KiB')
    .describe('The longest head of a request; a longer one is answered 431.'),
  targetBytes: size('1KiB', '1MiB')
    .prefault('8KiB')
    .describe('The longest path with its query; a longer one is answered 414.'),
  bodyBytes: bodyBytes()
    .optional()
    .describe('The longest body of a request; a longer one is answered 413. None: any length.'),
  bodyRate: size('0B', '1MiB')
    .prefault('240B')
    .describe(
      'How much of a body a client has to send in a second, over `bodyTimeout`, while the upstream waits for it; slower is answered 408. 0B: any pace.',
    ),
  bodyTimeout: duration('100ms', '1h')
    .prefault('60s')
    .describe('Over how long the pace of a body is measured.'),
  sendTimeout: duration('100ms', '1h')
    .prefault('60s')
    .describe('How long a client may read nothing of what it is sent, before it is cut off.'),
  connections: wholeNumber(1, 1_000_000)
    .prefault(10_000)
    .describe('How many client connections may be open at once.'),
  connectionsPerAddress: wholeNumber(1, 1_000_000)
    .optional()
    .describe(
      'How many of them one address may have, or one /64 of IPv6; `trustedProxies` may have any number. None: all. Not for gateways that see their clients under one address, as behind the ingress network of Docker Swarm.',
    ),
  tunnels: wholeNumber(0, 1_000_000)
    .prefault(10_000)
    .describe('How many upgraded connections (WebSocket) may be open at once.'),
  tunnelIdle: duration('100ms', '24h')
    .prefault('1h')
    .describe('How long nothing may pass through an upgraded connection before it is ended.'),
  streams: wholeNumber(1, 10_000)
    .prefault(128)
    .describe('How many requests may be under way at once on one HTTP/2 connection.'),
  streamResets: wholeNumber(1, 1_000_000)
    .prefault(1_000)
    .describe(
      'How many streams of an HTTP/2 connection its client may reset at once; a thirtieth of that each second from then on.',
    ),
  inspectBytes: size('0B', '16MiB')
    .prefault('256KiB')
    .describe('How much of a reply is searched for a misleading sentence.'),
  headTimeout: duration('100ms', '1h')
    .prefault('10s')
    .describe('How long a client may take to send the head of a request.'),
  keepAlive: duration('100ms', '24h')
    .prefault('75s')
    .describe(
      "How long an idle client connection stays open; longer than a load balancer's own, which is 60s as a rule.",
    ),
  held: wholeNumber(0, 1_000_000)
    .prefault(1_000)
    .describe('How many requests of one upstream may wait at once while its verdict is `suspect`.'),
  heldBytes: size('0B', '1024MiB')
    .prefault('16MiB')
    .describe('How many bytes of memory those may take together.'),
  eventStreams: wholeNumber(0, 1_000_000)
    .prefault(5_000)
    .describe('How many pages may be told of changes as they come; those beyond ask now and then.'),
  drain: duration('0s', '1h')
    .prefault('30s')
    .describe('How long running requests have to end after SIGTERM.'),
}).transform(
  ({
    bodyBytes: mostOfBody = null,
    connectionsPerAddress = null,
    bodyTimeout,
    sendTimeout,
    headTimeout,
    keepAlive,
    tunnelIdle,
    drain,
    ...rest
  }): Limits => ({
    ...rest,
    bodyBytes: mostOfBody,
    connectionsPerAddress,
    bodyTimeoutMs: bodyTimeout,
    sendTimeoutMs: sendTimeout,
    headTimeoutMs: headTimeout,
    keepAliveMs: keepAlive,
    tunnelIdleMs: tunnelIdle,
    drainMs: drain,
  }),
);
