import { fieldValue, type ReplyHead } from './reply.ts';

/** A load balancer's own "no server" reply: what says so, and where that is written. */
interface BalancerReply {
  readonly balancer: string;
  readonly statuses: readonly number[];
  readonly server?: RegExp;
  readonly body?: RegExp;
  readonly source: string;
}

/**
 * Replies that prove that no server took the request. Only texts that the balancer writes where it
 * has not sent the request to anybody belong here: nginx's and Caddy's 502 do not, because they
 * also stand for a server that took the request and broke off.
 */
const NO_SERVER: readonly BalancerReply[] = [
  {
    balancer: 'HAProxy',
    statuses: [503],
    body: /No server is available to handle this request\./,
    source: 'haproxy src/http.c, http_err_msgs[HTTP_ERR_503]',
  },
  {
    balancer: 'Traefik',
    statuses: [503],
    body: /^\s*no available server\s*$/,
    source: 'traefik pkg/server/service/loadbalancer/wrr, errNoAvailableServer',
  },
  {
    balancer: 'Envoy',
    statuses: [503],
    body: /^\s*no healthy upstream\s*$/,
    source: 'envoy source/common/router/router.cc, sendNoHealthyUpstreamResponse',
  },
  {
    balancer: 'Envoy',
    statuses: [503],
    body: /^upstream connect error or disconnect\/reset before headers\..*reset reason: (?:remote |local )?connection failure/,
    source: 'envoy source/common/router/router.cc, onUpstreamReset',
  },
  {
    balancer: 'AWS Application Load Balancer',
    statuses: [503],
    server: /^awselb\//i,
    source: 'AWS ELB user guide, "HTTP 503: Service unavailable": no registered targets',
  },
];

/** Whether an outage status was sent by the application on purpose, or by whatever stands before it. */
export type Origin =
  | { readonly kind: 'deliberate' }
  | { readonly kind: 'generic'; readonly isFromLoadBalancer: boolean };

/**
 * Tells a generic 502, 503 or 504 (empty, HTML or text, or a known load balancer's) from one that
 * the application wrote itself for programs to read. Where the body is not known (`null`: it is too
 * long, unreadable, or a reply to HEAD), its type tells.
 */
export function originOf(head: ReplyHead, body: Buffer | null): Origin {
  const text = body?.subarray(0, 4096).toString('latin1') ?? '';
  const server = fieldValue(head.fields, 'server') ?? '';
  const isFromLoadBalancer = NO_SERVER.some(
    (known) =>
      known.statuses.includes(head.status) &&
      (known.body?.test(text) ?? true) &&
      (known.server?.test(server) ?? true),
  );
  if (isFromLoadBalancer) return { kind: 'generic', isFromLoadBalancer };
  if (body?.length === 0 || head.contentLength === 0)
    return { kind: 'generic', isFromLoadBalancer };
  const type = fieldValue(head.fields, 'content-type');
  const isPlain = type === null || /^text\/(?:html|plain)\b|^application\/xhtml/i.test(type);
  return isPlain && !looksLikeJson(text)
    ? { kind: 'generic', isFromLoadBalancer }
    : { kind: 'deliberate' };
}

/** JSON that was sent without its type is still the application's own word. */
function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && /[}\]]\s*$/.test(text);
}
