import { CREDENTIALS_SENTENCE } from './login-site.ts';

/** Where the parts of the demo are, and where the gateway in front of them is to listen. */
export interface DemoAddresses {
  readonly endpoints: readonly string[];
  readonly loginSite: string;
  readonly statusPage: string;
  /** `HOST:PORT`. */
  readonly listen: string;
  /** `HOST:PORT`. */
  readonly ops: string;
}

/**
 * The text of the `candor.yaml` with which a gateway stands in front of the demo.
 *
 * Sign-ins are not held back, so that the false sentence is seen to be replaced; requests that hang
 * are given up after 5 s, so that nobody who tries it waits for a minute.
 */
export function candorYaml(addresses: DemoAddresses): string {
  return `listen: "${addresses.listen}"
ops: "${addresses.ops}"
brand: { name: ChargeOver, support: "mailto:support@example.com" }
statusPage: { url: "${addresses.statusPage}", format: statuspage, poll: 2s }
upstreams:
  app:
    endpoints: [${addresses.endpoints.map((url) => `"${url}"`).join(', ')}]
    component: Main Application
    probe: { path: /healthz, every: 1s, timeout: 1s }
    timeouts: { connect: 2s, response: 5s, idle: 60s }
    hold: 1s
  login:
    endpoints: ["${addresses.loginSite}"]
    component: Main Application
    probe: { path: /healthz, every: 2s, timeout: 1s }
routes:
  - { path: /login, upstream: login, misleading: [credentials] }
  - { path: /api/, upstream: app, errors: chargeover }
  - { path: /r/pay, method: [POST], upstream: app, payment: true }
  - { path: /healthz, upstream: app, kind: healthcheck }
  - { upstream: app }
misleading:
  credentials:
    status: [200, 401, 403, 422]
    body: "${CREDENTIALS_SENTENCE}"
    dependsOn: [app]
errors:
  chargeover:
    code: "{status}"
    status: Error
    message: "{message}"
    details: { reason: "{reason}", disposition: "{disposition}", retry_safe: "{retrySafe}", retry_after: "{retryAfter}", status_page: "{statusPage}", reference: "{reference}", incident_status: "{incidentStatus}", incident_url: "{incidentUrl}" }
    response: false
store: memory
`;
}
