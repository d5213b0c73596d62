import { withApp } from './marked.ts';

/** A file in which one setting is wrong, at the place of `»`, and what must be said of it. */
export interface WrongSetting {
  readonly text: string;
  /** As the problem names it. */
  readonly path: string;
  readonly found: string;
  /** A part of what is expected. */
  readonly expected: string;
}

const upstream = (rest: string) => `upstreams:\n  app:\n${rest}`;
const endpoints = '    endpoints: [http://10.0.0.5:8080]\n';
const route = (rest: string) => withApp(`routes:\n  - upstream: app\n    ${rest}\n`);
const rule = (rest: string) =>
  withApp(`misleading:\n  login:\n    dependsOn: [app]\n    status: [401]\n    ${rest}\n`);
const durationText = 'a duration such as 250ms, 2s or 5m';

/** One wrong value for every setting of the catalog, by its name there. */
export const WRONG_SETTINGS: Readonly<Record<string, WrongSetting>> = {
  listen: {
    text: withApp('listen: »localhost'),
    path: 'listen',
    found: '"localhost"',
    expected: 'HOST:PORT',
  },
  'listen.address': {
    text: withApp('listen: { address: »127.0.0.1:70000 }'),
    path: 'listen.address',
    found: '"127.0.0.1:70000"',
    expected: 'HOST:PORT',
  },
  'listen.tls': {
    text: withApp('listen:\n  address: 127.0.0.1:8443\n  tls: »true'),
    path: 'listen.tls',
    found: 'true',
    expected: 'a mapping with cert, key',
  },
  'listen.tls.cert': {
    text: withApp('listen:\n  address: 127.0.0.1:8443\n  tls: { cert: »7, key: key.pem }'),
    path: 'listen.tls.cert',
    found: '7',
    expected: 'text',
  },
  'listen.tls.key': {
    text: withApp('listen:\n  address: 127.0.0.1:8443\n  »tls: { cert: cert.pem }'),
    path: 'listen.tls.key',
    found: 'nothing',
    expected: 'text',
  },
  'listen.[].address': {
    text: withApp('listen: [127.0.0.1:1, { address: »[] }]'),
    path: 'listen[1].address',
    found: 'an empty list',
    expected: 'HOST:PORT',
  },
  'listen.[].tls': {
    text: withApp('listen:\n  - address: 127.0.0.1:8443\n    tls: »[]'),
    path: 'listen[0].tls',
    found: 'an empty list',
    expected: 'a mapping with cert, key',
  },
  'listen.[].tls.cert': {
    text: withApp('listen:\n  - address: 127.0.0.1:8443\n    tls: { cert: »"", key: key.pem }'),
    path: 'listen[0].tls.cert',
    found: '""',
    expected: 'text',
  },
  'listen.[].tls.key': {
    text: withApp('listen:\n  - address: 127.0.0.1:8443\n    tls: { cert: cert.pem, key: »{} }'),
    path: 'listen[0].tls.key',
    found: 'a mapping',
    expected: 'text',
  },
  ops: {
    text: withApp('ops: »0.0.0.0:9901'),
    path: 'ops',
    found: '"0.0.0.0:9901", which other machines reach, without a token',
    expected: '{ address, token }',
  },
  'ops.address': {
    text: withApp('ops: { address: »"[::]:9901" }'),
    path: 'ops.address',
    found: '"[::]:9901", which other machines reach, without a token',
    expected: '{ address, token }',
  },
  'ops.token': {
    text: withApp('ops: { address: 0.0.0.0:9901, token: »"two words" }'),
    path: 'ops.token',
    found: 'text of 9 characters',
    expected: 'a secret without spaces',
  },
  trustedProxies: {
    text: withApp('trustedProxies:\n  - 10.0.0.0/8\n  - »10.0.0.0/33'),
    path: 'trustedProxies[1]',
    found: '"10.0.0.0/33"',
    expected: 'a block such as 10.0.0.0/8',
  },
  publicPrefix: {
    text: withApp('publicPrefix: »/_candor'),
    path: 'publicPrefix',
    found: '"/_candor"',
    expected: 'a slash at both ends',
  },
  brand: {
    text: withApp('brand: »ChargeOver'),
    path: 'brand',
    found: '"ChargeOver"',
    expected: 'a mapping with name, logo, support, templates, timeZone',
  },
  'brand.name': {
    text: withApp('»brand: {}'),
    path: 'brand.name',
    found: 'nothing',
    expected: 'text of 1 to 80 characters',
  },
  'brand.logo': {
    text: withApp('brand: { name: A, logo: »none.svg }'),
    path: 'brand.logo',
    found: '"none.svg" (ENOENT: no such file)',
    expected: 'a file that can be read',
  },
  'brand.support': {
    text: withApp('brand: { name: A, support: »"javascript:alert(1)" }'),
    path: 'brand.support',
    found: '"javascript:alert(1)"',
    expected: 'a mailto:, https: or tel: address',
  },
  'brand.templates': {
    text: withApp('brand: { name: A, templates: »./none }'),
    path: 'brand.templates',
    found: '"./none" (ENOENT: no such file)',
    expected: 'a folder',
  },
  'brand.timeZone': {
    text: withApp('brand: { name: A, timeZone: »Central }'),
    path: 'brand.timeZone',
    found: '"Central"',
    expected: 'a time zone of the IANA list',
  },
  statusPage: {
    text: withApp('statusPage: »https://status.example.com'),
    path: 'statusPage',
    found: '"https://status.example.com"',
    expected: 'a mapping with url, format, poll',
  },
  'statusPage.url': {
    text: withApp('statusPage: { url: »status.example.com }'),
    path: 'statusPage.url',
    found: '"status.example.com"',
    expected: 'an http or https address',
  },
  'statusPage.format': {
    text: withApp('statusPage: { url: https://status.example.com, format: »rss }'),
    path: 'statusPage.format',
    found: '"rss"',
    expected: 'statuspage',
  },
  'statusPage.poll': {
    text: withApp('statusPage: { url: https://status.example.com, poll: »30 }'),
    path: 'statusPage.poll',
    found: '30',
    expected: durationText,
  },
  upstreams: {
    text: 'upstreams: »{}',
    path: 'upstreams',
    found: 'no upstream',
    expected: 'at least one',
  },
  'upstreams.*.endpoints': {
    text: upstream('    endpoints: [»10.0.0.5:8080]'),
    path: 'upstreams.app.endpoints[0]',
    found: '"10.0.0.5:8080"',
    expected: 'an http or https address without a path',
  },
  'upstreams.*.discover': {
    text: upstream('    discover: »tasks.app'),
    path: 'upstreams.app.discover',
    found: '"tasks.app"',
    expected: 'a mapping with dns, port, every, scheme, servers',
  },
  'upstreams.*.discover.dns': {
    text: upstream('    discover: { dns: »10.0.0.5, port: 8080 }'),
    path: 'upstreams.app.discover.dns',
    found: '"10.0.0.5"',
    expected: 'a host name such as tasks.app',
  },
  'upstreams.*.discover.port': {
    text: upstream('    discover: { dns: tasks.app, port: »"8080" }'),
    path: 'upstreams.app.discover.port',
    found: '"8080"',
    expected: 'a whole number from 1 to 65535',
  },
  'upstreams.*.discover.every': {
    text: upstream('    discover: { dns: tasks.app, port: 1, every: »1ms }'),
    path: 'upstreams.app.discover.every',
    found: '"1ms"',
    expected: 'from 50ms to 1h',
  },
  'upstreams.*.discover.scheme': {
    text: upstream('    discover: { dns: tasks.app, port: 1, scheme: »tcp }'),
    path: 'upstreams.app.discover.scheme',
    found: '"tcp"',
    expected: 'one of http, https',
  },
  'upstreams.*.discover.servers': {
    text: upstream('    discover: { dns: tasks.app, port: 1, servers: [»dns.example.com] }'),
    path: 'upstreams.app.discover.servers[0]',
    found: '"dns.example.com"',
    expected: 'the IP address of a name server',
  },
  'upstreams.*.component': {
    text: upstream(`${endpoints}    component: »[Main Application]`),
    path: 'upstreams.app.component',
    found: 'a list',
    expected: 'text of 1 to 120 characters',
  },
  'upstreams.*.probe': {
    text: upstream(`${endpoints}    probe: »/healthz`),
    path: 'upstreams.app.probe',
    found: '"/healthz"',
    expected: 'a mapping with path, every, timeout, status',
  },
  'upstreams.*.probe.path': {
    text: upstream(`${endpoints}    probe: { path: »healthz }`),
    path: 'upstreams.app.probe.path',
    found: '"healthz"',
    expected: 'a path such as /healthz',
  },
  'upstreams.*.probe.every': {
    text: upstream(`${endpoints}    probe: { every: »2 }`),
    path: 'upstreams.app.probe.every',
    found: '2',
    expected: durationText,
  },
  'upstreams.*.probe.timeout': {
    text: upstream(`${endpoints}    probe: { timeout: »1.5s }`),
    path: 'upstreams.app.probe.timeout',
    found: '"1.5s"',
    expected: durationText,
  },
  'upstreams.*.probe.status': {
    text: upstream(`${endpoints}    probe: { status: »200 }`),
    path: 'upstreams.app.probe.status',
    found: '200',
    expected: 'a list of statuses such as [200]',
  },
  'upstreams.*.timeouts': {
    text: upstream(`${endpoints}    timeouts: »2s`),
    path: 'upstreams.app.timeouts',
    found: '"2s"',
    expected: 'a mapping with connect, response, idle',
  },
  'upstreams.*.timeouts.connect': {
    text: upstream(`${endpoints}    timeouts:\n      connect: »2x`),
    path: 'upstreams.app.timeouts.connect',
    found: '"2x"',
    expected: durationText,
  },
  'upstreams.*.timeouts.response': {
    text: upstream(`${endpoints}    timeouts:\n      response: »0s`),
    path: 'upstreams.app.timeouts.response',
    found: '"0s"',
    expected: 'from 1ms to 24h',
  },
  'upstreams.*.timeouts.idle': {
    text: upstream(`${endpoints}    timeouts:\n      idle: »`),
    path: 'upstreams.app.timeouts.idle',
    found: 'nothing',
    expected: durationText,
  },
  'upstreams.*.outageStatuses': {
    text: upstream(`${endpoints}    outageStatuses: [502, »500]`),
    path: 'upstreams.app.outageStatuses[1]',
    found: '500',
    expected: 'a whole number from 501 to 599',
  },
  'upstreams.*.hold': {
    text: upstream(`${endpoints}    hold: »-1s`),
    path: 'upstreams.app.hold',
    found: '"-1s"',
    expected: durationText,
  },
  routes: {
    text: withApp('routes: »[]'),
    path: 'routes',
    found: 'an empty list',
    expected: 'a list of routes',
  },
  'routes.[].host': {
    text: route('host: »app.example.com:8080'),
    path: 'routes[0].host',
    found: '"app.example.com:8080"',
    expected: 'a host without port',
  },
  'routes.[].path': {
    text: route('path: »/api/*'),
    path: 'routes[0].path',
    found: '"/api/*"',
    expected: 'the beginning of a path',
  },
  'routes.[].method': {
    text: route('method: [»"PO ST"]'),
    path: 'routes[0].method[0]',
    found: '"PO ST"',
    expected: 'an HTTP method',
  },
  'routes.[].upstream': {
    text: withApp('routes:\n  - upstream: »ap'),
    path: 'routes[0].upstream',
    found: '"ap"',
    expected: 'a name under `upstreams`: app; did you mean "app"?',
  },
  'routes.[].misleading': {
    text: route('misleading: [»credentials]'),
    path: 'routes[0].misleading[0]',
    found: '"credentials"',
    expected: 'a name under `misleading`, which names none',
  },
  'routes.[].errors': {
    text: route('errors: »chargeover'),
    path: 'routes[0].errors',
    found: '"chargeover"',
    expected: 'a name under `errors`, which names none',
  },
  'routes.[].cors': {
    text: route('cors: [»"*"]'),
    path: 'routes[0].cors[0]',
    found: '"*"',
    expected: 'an origin such as',
  },
  'routes.[].payment': {
    text: route('payment: »yes'),
    path: 'routes[0].payment',
    found: '"yes"',
    expected: 'true or false',
  },
  'routes.[].idempotencyKey': {
    text: route('idempotencyKey: »1'),
    path: 'routes[0].idempotencyKey',
    found: '1',
    expected: 'true or false',
  },
  'routes.[].kind': {
    text: route('kind: »health'),
    path: 'routes[0].kind',
    found: '"health"',
    expected: 'one of graphql, webhook, pixel, healthcheck',
  },
  'routes.[].answers': {
    text: route('answers: »none'),
    path: 'routes[0].answers',
    found: '"none"',
    expected: 'one of all, own-failures-only',
  },
  misleading: {
    text: withApp('misleading:\n  »credentials: { dependsOn: [app] }'),
    path: 'misleading.credentials',
    found: 'a rule that fits every reply',
    expected: 'at least one of status, body and redirect',
  },
  'misleading.*.status': {
    text: withApp('misleading: { login: { dependsOn: [app], status: [»99] } }'),
    path: 'misleading.login.status[0]',
    found: '99',
    expected: 'a whole number from 200 to 599',
  },
  'misleading.*.body': {
    text: rule('body: »""'),
    path: 'misleading.login.body',
    found: '""',
    expected: 'text of 1 to 1000 characters',
  },
  'misleading.*.redirect': {
    text: rule('redirect: »true'),
    path: 'misleading.login.redirect',
    found: 'true',
    expected: 'text',
  },
  'misleading.*.dependsOn': {
    text: withApp('misleading: { login: { status: [401], dependsOn: [»apps] } }'),
    path: 'misleading.login.dependsOn[0]',
    found: '"apps"',
    expected: 'did you mean "app"?',
  },
  'misleading.*.holdBack': {
    text: rule('holdBack: »POST'),
    path: 'misleading.login.holdBack',
    found: '"POST"',
    expected: 'a list of methods such as [POST]',
  },
  errors: {
    text: withApp('errors:\n  api:\n    message: »"{mesage}"'),
    path: 'errors.api.message',
    found: 'the unknown placeholder "{mesage}"',
    expected: 'did you mean {message}?',
  },
  limits: {
    text: withApp('limits: »16KiB'),
    path: 'limits',
    found: '"16KiB"',
    expected: 'a mapping with headerBytes',
  },
  'limits.headerBytes': {
    text: withApp('limits: { headerBytes: »16KB }'),
    path: 'limits.headerBytes',
    found: '"16KB"',
    expected: 'a size such as 512B, 16KiB or 1MiB',
  },
  'limits.connections': {
    text: withApp('limits: { connections: »0 }'),
    path: 'limits.connections',
    found: '0',
    expected: 'a whole number from 1 to 1000000',
  },
  'limits.inspectBytes': {
    text: withApp('limits: { inspectBytes: »17MiB }'),
    path: 'limits.inspectBytes',
    found: '"17MiB"',
    expected: 'from 0B to 16MiB',
  },
  'limits.headTimeout': {
    text: withApp('limits: { headTimeout: »never }'),
    path: 'limits.headTimeout',
    found: '"never"',
    expected: durationText,
  },
  'limits.keepAlive': {
    text: withApp('limits: { keepAlive: »75 s }'),
    path: 'limits.keepAlive',
    found: '"75 s"',
    expected: durationText,
  },
  'limits.held': {
    text: withApp('limits: { held: »1.5 }'),
    path: 'limits.held',
    found: '1.5',
    expected: 'a whole number from 0 to 1000000',
  },
  'limits.drain': {
    text: withApp('limits: { drain: »2h }'),
    path: 'limits.drain',
    found: '"2h"',
    expected: 'from 0s to 1h',
  },
  store: {
    text: withApp('store: »false'),
    path: 'store',
    found: 'false',
    expected: 'text',
  },
};
