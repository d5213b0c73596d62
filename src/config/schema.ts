import { z } from 'zod';
import { addressBlock, listenAddress, pageUrl } from './addresses.ts';
import { brand, hostBrand } from './brand-schema.ts';
import { limits } from './limits-schema.ts';
import { notifyTarget } from './notify-schema.ts';
import { envelope } from './placeholders.ts';
import { publicPrefix } from './request-words.ts';
import { misleadingRule, route } from './route-schema.ts';
import {
  duration,
  filePath,
  line,
  list,
  reading,
  section,
  size,
  wholeNumber,
  word,
} from './scalars.ts';
import type {
  Listener,
  OpsSettings,
  RetentionSettings,
  RouteSettings,
  Settings,
  StatusPageSettings,
} from './settings.ts';
import { settingName, upstream } from './upstream-schema.ts';

const plainListener = listenAddress().transform(
  (address): Listener => ({ ...address, tls: null, http2: true }),
);
const certificate = section({
  cert: filePath().describe('The certificate and its chain (PEM).'),
  key: filePath().describe('The private key of the certificate (PEM).'),
}).transform(({ cert, key }) => ({ cert, key, certFile: cert, keyFile: key }));
const certificateExpected = '{ cert, key }, or a list of these';
const listener = section({
  address: listenAddress().describe('The address to listen on.'),
  tls: z
    .union([certificate, list(certificate, certificateExpected, 1)], { error: certificateExpected })
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .optional()
    .describe(
      'Makes the listener speak HTTPS. With a list each name gets the certificate that holds it, and all others the first.',
    ),
  http2: z
    .boolean({ error: 'true or false' })
    .prefault(true)
    .describe(
      'Whether clients may speak HTTP/2 here: by ALPN with `tls`, else by prior knowledge.',
    ),
}).transform(({ address, tls = null, http2 }): Listener => ({ ...address, tls, http2 }));
const listenExpected = 'HOST:PORT such as 127.0.0.1:8080, { address, tls }, or a list of these';

/** Where clients connect, and where operators do, if the settings say nothing. */
export const DEFAULT_LISTEN = '127.0.0.1:8080';
export const DEFAULT_OPS = '127.0.0.1:9901';

const listen = z
  .union(
    [
      plainListener,
      listener,
      list(z.union([plainListener, listener], { error: listenExpected }), listenExpected, 1),
    ],
    { error: listenExpected },
  )
  .transform((value): readonly Listener[] => (Array.isArray(value) ? value : [value]));

const token = reading({
  expected: 'a secret without spaces, made of visible ASCII characters',
  title: 'text',
  read: (text) => (/^[\x21-\x7e]{1,1000}$/.test(text) ? text : undefined),
});
const ops = z.union(
  [
    listenAddress().transform((address): OpsSettings => ({ ...address, token: null })),
    section({
      address: listenAddress().describe('The address of the ops API, the metrics and the console.'),
      token: token
        .optional()
        .describe(
          'The bearer token to ask for; required where the address is not of this machine.',
        ),
    }).transform(
      ({ address, token: secret = null }): OpsSettings => ({ ...address, token: secret }),
    ),
  ],
  { error: 'HOST:PORT such as 127.0.0.1:9901, or { address, token }' },
);

const statusPage = section({
  url: pageUrl().describe('The page that answers link to, and whose incidents they show.'),
  format: word([
    'auto',
    'statuspage',
    'incident-io',
    'instatus',
    'better-stack',
    'uptime-kuma',
    'feed',
  ])
    .prefault('auto')
    .describe(
      'Whose address is asked first; `auto` tries one after another. A document is read by its own shape, whatever this says.',
    ),
  poll: duration('100ms', '24h').prefault('30s').describe('How often the page is read.'),
}).transform(({ url, format, poll }): StatusPageSettings => ({ url, format, pollMs: poll }));

const retention = section({
  days: wholeNumber(1, 10_000)
    .prefault(400)
    .describe('How many days an incident is kept after its end, and all that belongs to it.'),
  size: size('1MiB', '1024MiB')
    .prefault('50MiB')
    .describe('How much the store may hold; beyond it the oldest goes first.'),
}).transform(({ days, size: bytes }): RetentionSettings => ({ days, bytes }));

/**
 * Every setting: its type, default, bounds and the sentence that explains it. The JSON Schema and
 * `docs/settings.md` are made from it, and no default stands anywhere else.
 *
 * Its output has the shape of `Settings`, with the paths of files as they were written;
 * `files.ts` puts what the files hold, and absolute paths, in their place. What depends on more
 * than one setting is checked by `consistency.ts`.
 */
export const settingsSchema = section({
  listen: listen.prefault(DEFAULT_LISTEN).describe('Where clients connect.'),
  ops: ops
    .prefault(DEFAULT_OPS)
    .describe('Where operators connect. An address that other machines reach needs a token.'),
  trustedProxies: list(addressBlock(), 'a list of addresses or blocks such as [10.0.0.0/8]')
    .prefault([])
    .describe('The proxies whose `X-Forwarded-*` and `X-Request-Id` are believed. None: nobody.'),
  publicPrefix: publicPrefix()
    .prefault('/_candor/')
    .describe('The paths that the gateway answers itself and never forwards.'),
  brand: brand.optional().describe('Whose name the answers carry. None: pages say "this service".'),
  brands: list(hostBrand, 'a list of brands such as [{ hosts: [app.example.com], name: Example }]')
    .prefault([])
    .describe('Brands by host; the first that names the host wins, and `brand` comes last.'),
  statusPage: statusPage.optional().describe('The status page that answers lead to.'),
  upstreams: z
    .record(settingName, upstream, { error: 'a mapping of names to upstreams' })
    .describe('The applications behind the gateway, by name.'),
  routes: list(route, 'a list of routes such as [{ path: /api/, upstream: app }]', 1)
    .optional()
    .describe(
      'Which request goes to which upstream; the first match wins. May be left out with one upstream, which then gets everything.',
    ),
  misleading: z
    .record(settingName, misleadingRule, { error: 'a mapping of names to rules' })
    .prefault({})
    .describe('Rules for replies that blame the user for an outage, by name.'),
  errors: z
    .record(settingName, envelope(), { error: 'a mapping of names to error bodies' })
    .prefault({})
    .describe("An API's own error envelopes, by name; `{name}` is filled in."),
  limits: limits.prefault({}).describe("The gateway's own limits."),
  notify: list(
    notifyTarget,
    'a list of targets such as [{ name: ops, kind: slack, url: https://… }]',
  )
    .prefault([])
    .describe('Who is told of incidents, as they come.'),
  store: line(4_096)
    .meta({ title: 'path of a file' })
    .prefault('./candor.sqlite')
    .describe(
      'The file of the incidents, and of what else outlives the program, or `memory` for none on disk.',
    ),
  retention: retention.prefault({}).describe('How much the store keeps.'),
}).transform(
  ({
    brand: own = null,
    statusPage: page = null,
    upstreams,
    routes,
    misleading,
    ...rest
  }): Settings => ({
    ...rest,
    brand: own,
    statusPage: page,
    upstreams: named(upstreams),
    routes: routes ?? Object.keys(upstreams).map(everythingTo),
    misleading: named(misleading),
  }),
);

function named<Value extends object>(
  values: Readonly<Record<string, Value>>,
): Record<string, Value & { readonly name: string }> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { ...value, name }]),
  );
}

function everythingTo(name: string): RouteSettings {
  return route.parse({ upstream: name });
}
