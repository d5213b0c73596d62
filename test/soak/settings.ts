import type { CertificateFiles } from '../gateway/certificate-files.ts';
import type { TestDns } from '../support/dns-server.ts';
import { certificatePath } from '../support/secure-upstream.ts';
import type { TestUpstream } from '../support/upstream.ts';
import type { OriginProcess } from './origin-process.ts';
import type { UpstreamName } from './plan.ts';

/** The name that lists the endpoints of `app`. */
export const APP_NAME = 'tasks.app';

/** What the program is put in the middle of. */
export interface Ground {
  readonly origins: Readonly<Record<UpstreamName, readonly OriginProcess[]>>;
  readonly names: TestDns;
  readonly statusPage: TestUpstream;
  readonly certificates: CertificateFiles;
}

/** How settings differ from those of the start. */
export interface Variant {
  /** Goes into the brand's name: nothing but answers change. */
  readonly number?: number;
  /** Makes other upstreams of them all, which begin anew. */
  readonly holdMs?: number;
}

/** The settings file of the soak. */
export function settingsText(
  { origins, names, statusPage, certificates: { cert, key } }: Ground,
  { number = 0, holdMs = 500 }: Variant,
): string {
  const appPort = origins.app[0]?.place.port;
  const urlsOf = (upstream: 'api' | 'files') =>
    JSON.stringify(origins[upstream].map(({ url }) => url));
  const shared = `timeouts: { connect: 2s, response: 4s, idle: 5s }
    hold: ${holdMs}ms
    detection: { flapping: 1s, reopen: 1s, slowStart: 1s }`;
  return `listen: ["127.0.0.1:0", { address: "127.0.0.1:0", tls: { cert: "${cert}", key: "${key}" } }]
ops: 127.0.0.1:0
brand: { name: "Soak ${number}" }
statusPage: { url: "${statusPage.url}", poll: 1s }
upstreams:
  app:
    discover: { dns: ${APP_NAME}, port: ${appPort}, every: 200ms, servers: ["${names.address}"] }
    component: Main Application
    probe: { every: 500ms }
    ${shared}
  api:
    endpoints: ${urlsOf('api')}
    protocol: http2
    probe: { path: /healthz, every: 500ms }
    ${shared}
  files:
    endpoints: ${urlsOf('files')}
    tls: { ca: "${certificatePath('authority')}", serverName: app.internal }
    probe: { path: /healthz, every: 500ms }
    ${shared}
routes:
  - { path: /api/, upstream: api }
  - { path: /files/, upstream: files }
  - { upstream: app }
store: ./candor.sqlite
`;
}
