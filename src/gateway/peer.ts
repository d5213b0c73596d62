import type { Socket } from 'node:net';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { ClientResponse } from './client-message.ts';
import type { Refusal } from './refusal.ts';
import type { Enrolled } from './roll.ts';

/** A request's way through its upstream, as the connection sees it. */
interface PeerPassage {
  /** The body that the client has to send; null where it owes none, or may be silent. */
  readonly upload: Upload | null;
  /** The client has left. */
  abandon(): void;
  /** The client does what it must not. */
  cutShort(refusal: Refusal): void;
  /** An error of ours. */
  breakDown(): void;
}

/** The body of a request on its way. */
export interface Upload {
  /** How much of it has come. */
  readonly bytes: number;
  /** The upstream has read what there was, and waits for the client. */
  readonly isAwaited: boolean;
}

/** A connection, what it had sent when it was looked at, and since when it has been that. */
export interface Seen extends Enrolled<Seen> {
  readonly socket: Socket;
  readonly peer: Peer;
  bytes: number;
  since: number;
  isClosing: boolean;
}

/** Who sends requests one after the other: a connection, or one stream of an HTTP/2 connection. */
export interface Peer extends Enrolled<Peer> {
  readonly protocol: 'http1' | 'http2';
  /** The client's address, IPv4 as IPv4 even where the listener is IPv6. */
  readonly address: string;
  readonly isSecure: boolean;
  /** What `IdleConnections` has seen of it; null for a stream, and for a connection with streams. */
  seen: Seen | null;
  /** Its connection, until TCP looks whether the client is still there: see `SlowClients`. Null for a stream. */
  unprobed: Socket | null;
  /** Accepted beyond what may be open: its requests are answered with `overload`. */
  isSurplus: boolean;
  /** The response of the request that is being handled, or null. */
  current: ClientResponse | null;
  /** The way of that request through its upstream, to be told when the client leaves; null before it has one. */
  passage: PeerPassage | null;
  /** Responses to requests that the client sent without waiting for that response; null for nearly every client. */
  pipelined: ClientResponse[] | null;
  /** Set when the bytes after the running request were no HTTP: the connection ends with it. */
  isBroken: boolean;
}

/** Where a connection has its peer: a weak map with entries that come and go is work for each collection. */
const PEER = Symbol('peer');

interface Introduced extends Socket {
  [PEER]?: Peer;
}

/** Remembers what is known of a connection; called once, when it is accepted. */
export function introduce(socket: Introduced, isSecure: boolean): Peer {
  const address = addressOf(socket);
  const peer = newPeer('http1', { address, isSecure, isSurplus: false, unprobed: socket });
  socket[PEER] = peer;
  return peer;
}

/** The peer of a stream of a connection: streams do not wait for one another. */
export function streamPeer(connection: Peer): Peer {
  const { address, isSecure, isSurplus } = connection;
  return newPeer('http2', { address, isSecure, isSurplus, unprobed: null });
}

function newPeer(
  protocol: Peer['protocol'],
  {
    address,
    isSecure,
    isSurplus,
    unprobed,
  }: Pick<Peer, 'address' | 'isSecure' | 'isSurplus' | 'unprobed'>,
): Peer {
  return {
    protocol,
    address,
    isSecure,
    seen: null,
    unprobed,
    isSurplus,
    current: null,
    passage: null,
    pipelined: null,
    isBroken: false,
    ahead: null,
    behind: null,
  };
}

/** The peer of a connection that was introduced. */
export function peerOf(socket: Introduced): Peer {
  return socket[PEER] ?? introduce(socket, 'encrypted' in socket);
}

/** The address at its other end: `::ffff:127.0.0.1`, as a listener on `::` reports IPv4 clients, is `127.0.0.1`. */
export function addressOf({ remoteAddress: address }: Socket): string {
  if (address === undefined) return 'unknown';
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address;
}

/** Builds the question "is this address one of our own proxies?" from CIDR blocks. */
export function trustIn(blocks: readonly string[]): (address: string) => boolean {
  if (blocks.length === 0) return () => false;
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  let last = { address: '', isTrusted: false };
  return (address) => {
    // Behind a load balancer every connection comes from one address, or from few.
    if (address !== last.address) {
      last = { address, isTrusted: list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') };
    }
    return last.isTrusted;
  };
}
