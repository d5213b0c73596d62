import type { KnownReply } from './known-reply.ts';

const CONNECT_ERROR = String.raw`upstream connect error or disconnect/reset before headers\. `;
/** Reasons for which no byte of the request reached a server, or the server said that it took none. */
const UNSENT =
  '(?:remote |local )?connection failure|connection timeout|overflow|(?:remote |local )?refused stream reset';

/** A text of Envoy's, bare or in the JSON that ESPv2 and others configure. */
function envoyText(text: string): RegExp {
  return new RegExp(
    String.raw`^(?:${text}|\{\s*(?=[^{}]*"message":\s*"${text}")(?:"(?:code|status|message)":\s*(?:"[^"]*"|\d+)[,\s]*){1,3}\})$`,
  );
}

/** JSON of Kong's about one of these. */
function kongMessage(texts: string): RegExp {
  return new RegExp(
    String.raw`^\{\s*"message":\s*"(?:${texts})"(?:,\s*"request_id":\s*"\w*")?\s*\}$`,
  );
}

const ENVOY_SOURCE = 'envoy source/common/router/router.cc and source/common/http/utility.cc';

/** The error replies of load balancers that people run themselves. */
export const BALANCER_REPLIES: readonly KnownReply[] = [
  {
    from: 'HAProxy',
    statuses: [503],
    sign: 'its page with "No server is available to handle this request."',
    body: /^<html><body><h1>503 Service Unavailable<\/h1>\s*No server is available to handle this request\.\s*<\/body><\/html>$/,
    isNotProcessed: true,
    source: 'haproxy src/http.c, http_err_msgs[HTTP_ERR_503]',
  },
  {
    from: 'HAProxy',
    statuses: [502],
    sign: 'its page with "The server returned an invalid or incomplete response."',
    body: /^<html><body><h1>502 Bad Gateway<\/h1>\s*The server returned an invalid or incomplete response\./,
    isNotProcessed: false,
    source: 'haproxy src/http.c, http_err_msgs[HTTP_ERR_502]',
  },
  {
    from: 'HAProxy',
    statuses: [504],
    sign: 'its page with "The server didn\'t respond in time."',
    body: /^<html><body><h1>504 Gateway Time-out<\/h1>\s*The server didn't respond in time\./,
    isNotProcessed: false,
    source: 'haproxy src/http.c, http_err_msgs[HTTP_ERR_504]',
  },
  {
    from: 'OpenShift router',
    statuses: [503],
    sign: 'its page with "Application is not available"',
    body: /^<html>.*<h1>Application is not available<\/h1>\s*<p>The application is currently not serving requests at this endpoint\./s,
    isNotProcessed: true,
    source: "openshift/router images/router/haproxy/conf/error-page-503.http, HAProxy's errorfile",
  },
  {
    from: 'Traefik',
    statuses: [503],
    sign: 'the text "no available server"',
    body: /^no available server$/,
    isNotProcessed: true,
    source: 'traefik pkg/server/service/loadbalancer/wrr/wrr.go, errNoAvailableServer',
  },
  {
    from: 'Istio',
    statuses: [503],
    sign: 'the text "no healthy upstream", with `server: istio-envoy`',
    field: { name: 'server', value: /^istio-envoy$/i },
    body: envoyText('no healthy upstream'),
    isNotProcessed: false,
    source: 'istio pilot/pkg/networking/core/route/retry/retry.go, DefaultPolicy',
  },
  {
    from: 'Envoy',
    statuses: [503],
    sign: 'the text "no healthy upstream", bare or as the message of JSON',
    body: envoyText('no healthy upstream'),
    // A retry that finds nobody writes the same text, and ESPv2 and Kuma retry by default.
    isNotProcessed: false,
    source: 'envoy source/common/router/router.cc, doRetry and sendNoHealthyUpstreamResponse',
  },
  {
    from: 'Envoy',
    statuses: [503],
    sign: '"upstream connect error …" with "reset reason: connection failure", "connection timeout", "overflow" or "refused stream reset", not retried',
    body: envoyText(`${CONNECT_ERROR}reset reason: (?:${UNSENT})(?:, [^"]*)?`),
    isNotProcessed: true,
    source: `${ENVOY_SOURCE}, resetReasonToString`,
  },
  {
    from: 'Envoy',
    statuses: [502, 503, 504],
    sign: '"upstream connect error …" with any other reason, or "retried and the latest reset reason"',
    body: envoyText(`${CONNECT_ERROR}[^"]*`),
    isNotProcessed: false,
    source: `${ENVOY_SOURCE}, onUpstreamReset`,
  },
  {
    from: 'Envoy',
    statuses: [504],
    sign: 'the text "upstream request timeout"',
    body: envoyText('upstream request timeout'),
    isNotProcessed: false,
    source: 'envoy source/common/router/router.cc, onUpstreamTimeoutAbort',
  },
  {
    from: 'Kong',
    statuses: [503],
    sign: 'JSON with the message "failure to get a peer from the ring-balancer"',
    body: kongMessage('failure to get a peer from the ring-balancer'),
    isNotProcessed: true,
    source: 'kong kong/runloop/balancer/init.lua, called before the request is proxied',
  },
  {
    from: 'Kong',
    statuses: [503],
    sign: 'JSON with the message "name resolution failed", with `server: kong/…`',
    field: { name: 'server', value: /^kong\//i },
    body: kongMessage('name resolution failed'),
    isNotProcessed: true,
    source: 'kong kong/runloop/balancer/init.lua, called before the request is proxied',
  },
  {
    from: 'Kong',
    statuses: [502, 503, 504],
    sign: 'JSON with a message about "the upstream server", as in "The upstream server is timing out"',
    body: kongMessage(
      'An invalid response was received from the upstream server|The upstream server is (?:currently unavailable|timing out)',
    ),
    isNotProcessed: false,
    source: 'kong kong/error_handlers.lua',
  },
  {
    from: 'Caddy',
    statuses: [502, 503, 504],
    sign: 'no body, with `server: Caddy`',
    field: { name: 'server', value: /^Caddy$/i },
    body: /^$/,
    isNotProcessed: false,
    source: 'caddy modules/caddyhttp/reverseproxy/reverseproxy.go, statusError',
  },
  {
    from: 'Varnish',
    statuses: [503],
    sign: 'its page with "Guru Meditation"',
    body: /<h3>Guru Meditation:<\/h3>/,
    isNotProcessed: false,
    source: 'varnish-cache bin/varnishd/builtin.vcl, vcl_backend_error and vcl_synth',
  },
  {
    from: 'Apache httpd',
    statuses: [502, 503, 504],
    sign: 'its page with "The proxy server received an invalid response …", "The server is temporarily unable to service your request …" or "The gateway did not receive a timely response …"',
    body: /^<!DOCTYPE HTML PUBLIC "-\/\/(?:IETF|W3C)\/\/.*<p>The (?:proxy server received an invalid\s+response from|server is temporarily unable to service your\s+request due|gateway did not receive a timely response)/s,
    isNotProcessed: false,
    source: 'httpd modules/http/http_protocol.c, get_canned_error_string',
  },
  {
    from: 'Apache Traffic Server',
    statuses: [504],
    sign: 'its page with "Inactivity Timeout"; Netlify answers so, too',
    body: /<TITLE>Inactivity Timeout<\/TITLE>.*<B>\s*Description: Too much time has passed/is,
    isNotProcessed: false,
    source: 'trafficserver configs/body_factory/default/timeout#inactivity',
  },
  {
    from: 'IIS',
    statuses: [502, 503, 504],
    sign: 'its page with "502 - Web server received an invalid response …" or "HTTP Error 503. The service is unavailable."',
    body: /<h[23]>50[234] - Web server received an invalid response|<p>HTTP Error 503\. The service is unavailable\.<\/p>/i,
    isNotProcessed: false,
    source: 'Microsoft Learn, Application Gateway, "Troubleshoot bad gateway errors", and HTTP.sys',
  },
  {
    from: 'nginx',
    statuses: [502, 503, 504],
    sign: 'its page that ends on `nginx`, `openresty` or `tengine`; ingress-nginx answers so, too',
    // "no live upstreams" is a 502 like that of a server that took the request and broke off.
    body: /^<html>\s*<head><title>50[234] [^<]*<\/title><\/head>.*<hr><center>(?:nginx|openresty|tengine)\b/is,
    isNotProcessed: false,
    source:
      'nginx src/http/ngx_http_special_response.c and ngx_http_upstream.c, NGX_HTTP_UPSTREAM_FT_NOLIVE',
  },
];
