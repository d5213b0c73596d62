import { z } from 'zod';
import { endpointUrl, engineAddress, hostName, nameServer } from './addresses.ts';
import { detection } from './detection-schema.ts';
import { finalStatus, probeTarget } from './request-words.ts';
import {
  duration,
  filePath,
  flag,
  line,
  list,
  reading,
  section,
  wholeNumber,
  word,
} from './scalars.ts';
import type {
  Discovery,
  ProbeSettings,
  UpstreamSettings,
  UpstreamTls,
} from './upstream-settings.ts';

/** A service or a network, by name or id. */
function dockerName(expected: string) {
  return reading({
    expected,
    title: 'name',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
    read: (text) => (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(text) ? text : undefined),
  });
}

/** Both ways in one section, so that each setting has one place; `consistency.ts` tells them apart. */
const discover = section({
  dns: hostName()
    .optional()
    .describe(
      'The name that lists the endpoints: `tasks.NAME` on Docker Swarm, a headless service on Kubernetes. Either this or `swarm`.',
    ),
  swarm: dockerName('the name of a Swarm service such as demo_app')
    .optional()
    .describe(
      "The whole name of a Swarm service, `STACK_NAME`, whose tasks Docker's API lists. Either this or `dns`.",
    ),
  port: wholeNumber(1, 65_535)
    .optional()
    .describe(
      'The port that every endpoint listens on. May be left out with `dns`: the name then lists SRV records, which say it.',
    ),
  every: duration('50ms', '1h')
    .prefault('1s')
    .describe(
      'How often the name is resolved, sooner where its records live shorter; how often the tasks are listed where no event tells of a change.',
    ),
  scheme: word(['http', 'https']).prefault('http').describe('How endpoints are spoken to.'),
  servers: list(nameServer(), 'a list of name servers such as [127.0.0.11:53]')
    .prefault([])
    .describe("With `dns`: the name servers to ask. None: the system's."),
  engine: engineAddress()
    .prefault('unix:///var/run/docker.sock')
    .describe("With `swarm`: where the API of a manager's Docker Engine is asked."),
  network: dockerName('the name of a network such as demo_default')
    .optional()
    .describe(
      'With `swarm`: the network on which tasks are reached. None: the first that they are attached to.',
    ),
}).transform(
  ({ dns, swarm, port = null, every, scheme, servers, engine, network = null }): Discovery => {
    const common = { everyMs: every, scheme };
    if (dns !== undefined) return { ...common, kind: 'dns', name: dns, port, servers };
    if (swarm === undefined || port === null) return z.NEVER; // `consistency.ts` refuses it.
    return { ...common, kind: 'swarm', service: swarm, port, engine, network };
  },
);

const tls = section({
  ca: filePath()
    .optional()
    .describe('The authorities that are believed (PEM). None: those of the runtime.'),
  serverName: hostName()
    .optional()
    .describe("The name that certificates have to hold. None: the endpoint's host."),
  cert: filePath()
    .optional()
    .describe('The certificate that the gateway shows, and its chain (PEM). Needs `key`.'),
  key: filePath().optional().describe('The private key of that certificate (PEM), not encrypted.'),
}).transform(
  ({ ca = null, serverName = null, cert, key }): UpstreamTls => ({
    ca,
    serverName,
    client: cert === undefined || key === undefined ? null : { cert, key },
  }),
);

const probe = section({
  path: probeTarget()
    .optional()
    .describe('What a probe asks for by GET. Without it, a probe only opens a TCP connection.'),
  grpc: flag().describe(
    'Whether a probe asks the standard gRPC health service, `grpc.health.v1.Health`, for the server as a whole. Needs `protocol: http2`.',
  ),
  every: duration('50ms', '1h')
    .prefault('2s')
    .describe(
      'How often each endpoint is probed; while all is well, less often where there are very many.',
    ),
  timeout: duration('10ms', '5m').prefault('1s').describe('How long a probe may take.'),
  status: list(finalStatus(), 'a list of statuses such as [200]', 1)
    .prefault([200])
    .describe('The statuses that mean all is well.'),
}).transform(
  ({ path = null, grpc, every, timeout, status }): ProbeSettings => ({
    path,
    grpc,
    everyMs: every,
    timeoutMs: timeout,
    statuses: status,
  }),
);

const timeouts = section({
  connect: duration('1ms', '5m')
    .prefault('2s')
    .describe('How long a connection to an endpoint may take, TLS included.'),
  response: duration('1ms', '24h')
    .prefault('60s')
    .describe('How long the head of a reply may take once the request is sent.'),
  idle: duration('1ms', '24h')
    .prefault('60s')
    .describe('How long a reply may pause between two parts of its body.'),
}).transform(({ connect, response, idle }): UpstreamSettings['timeouts'] => ({
  connectMs: connect,
  responseMs: response,
  idleMs: idle,
}));

/** One upstream; its name is the key that it stands under. */
export const upstream = section({
  endpoints: list(endpointUrl(), 'a list of addresses such as [http://10.0.0.5:8080]', 1)
    .refine((urls) => new Set(urls).size === urls.length, { error: 'each of them once' })
    .optional()
    .describe('The addresses that serve it, when they are known. Either this or `discover`.'),
  discover: discover
    .optional()
    .describe('How its endpoints are found. Either this or `endpoints`.'),
  protocol: word(['http1', 'http2'])
    .prefault('http1')
    .describe(
      'What its endpoints speak. `http2`: HTTP/2 alone, as gRPC servers do; by prior knowledge where the scheme is http, by ALPN where it is https.',
    ),
  component: line(120).optional().describe('What the status page calls it.'),
  probe: probe.prefault({}).describe('How its endpoints are asked whether they are well.'),
  timeouts: timeouts.prefault({}).describe('How long it may take.'),
  outageStatuses: list(
    wholeNumber(501, 599),
    'a list of statuses from 501 to 599 such as [502, 503, 504]',
  )
    .prefault([502, 503, 504])
    .describe(
      'The statuses of its own replies that mean an outage; 500 and 4xx are never replaced.',
    ),
  hold: duration('0s', '5m')
    .prefault('1s')
    .describe('How long a request may wait for an endpoint while the verdict is `suspect`.'),
  tls: tls.optional().describe('How TLS is spoken to endpoints whose scheme is https.'),
  detection: detection
    .prefault({})
    .describe('How much evidence it takes. The defaults suit most; see `docs/detection.md`.'),
}).transform(
  ({
    endpoints = [],
    discover: found,
    component = null,
    hold,
    tls: own = null,
    ...rest
  }): Nameless => ({
    ...rest,
    discovery: found ?? { kind: 'static', urls: endpoints },
    component,
    holdMs: hold,
    tls: own,
  }),
);

type Nameless = Omit<UpstreamSettings, 'name'>;

/** Names become metric labels and parts of addresses, so they are plain words. */
export const settingName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, {
  error: 'a name of up to 63 letters, digits, dots, dashes and underscores',
});
