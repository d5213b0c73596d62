import { fileURLToPath } from 'node:url';
import { startStatusPage } from '../../src/demo/status-page.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream, type TestUpstream } from '../support/upstream.ts';

/** What differs from one test file to the next. */
export interface OutageOptions {
  /** Origins that the API's route lists under `cors`. */
  readonly cors?: readonly string[];
}

/** The running program in front of an application that is gone, and one that hangs. */
export interface Outage extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The same with TLS: `https://127.0.0.1:PORT`. */
  readonly secureUrl: string;
  readonly host: string;
  readonly port: number;
  readonly statusPage: string;
  readonly program: Program;
  /** The application: it refuses connections, and the verdict is `down`. */
  readonly app: TestUpstream;
  /** The team posts on its status page. */
  post(text: string): void;
  /** How many answers the gateway has given in the upstreams' place so far. */
  answers(): Promise<number>;
  /** Has the application listen again, and waits until the verdict is `up`. */
  mend(): Promise<void>;
  /** Has it refuse again, and waits until the verdict is `down`. */
  breakAgain(): Promise<void>;
}

const POSTING = 'We are currently investigating this issue.';

/**
 * Starts the program, with an incident open on its status page. What it leads to `app` was never sent;
 * what it leads to `/slow/` was sent to an endpoint that takes requests and does not reply.
 */
export async function openOutage({ cors = [] }: OutageOptions = {}): Promise<Outage> {
  const parts = new AsyncDisposableStack();
  const app = parts.use(await openUpstream('serve'));
  const slow = parts.use(await openUpstream('hang'));
  const page = parts.use(await startStatusPage({ host: '127.0.0.1', port: 0 }));
  page.announce('investigating', POSTING);
  await app.refuse();
  const program = parts.use(
    await openProgram({ settings: settingsFor(app.url, slow.url, page.url, cors) }),
  );
  await untilVerdict(program, 'down');
  await eventually(async () => {
    const { text } = await ask(`${program.url}/_candor/status.json`);
    return text.includes(POSTING) ? true : undefined;
  });
  const { host, port } = new URL(program.url);
  const { listen } = await program.logged('started');
  return {
    url: program.url,
    secureUrl: (listen as string[])[1] ?? '',
    host,
    port: Number(port),
    statusPage: `${page.url}/`,
    program,
    app,
    post(text) {
      page.announce('identified', text);
    },
    async answers() {
      const { text } = await ask(`${program.opsUrl}/metrics`);
      const lines = text.matchAll(/^candor_answers_total\{.*\} (\d+)$/gm);
      return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async mend() {
      await app.accept();
      await untilVerdict(program, 'up');
    },
    async breakAgain() {
      await app.refuse();
      await untilVerdict(program, 'down');
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function untilVerdict({ opsUrl }: Program, wanted: string): Promise<void> {
  await eventually(async () => {
    const { text } = await ask(`${opsUrl}/api/upstreams`);
    return JSON.parse(text).upstreams[0].verdict === wanted ? true : undefined;
  }, 20_000);
}

function settingsFor(app: string, slow: string, page: string, cors: readonly string[]): string {
  return `listen:
  - 127.0.0.1:0
  - { address: 127.0.0.1:0, tls: { cert: "${tlsFile('cert.pem')}", key: "${tlsFile('key.pem')}" } }
ops: 127.0.0.1:0
brand: { name: ChargeOver, support: "mailto:support@chargeover.com" }
statusPage: { url: "${page}", poll: 500ms }
upstreams:
  app:
    endpoints: ["${app}"]
    component: Main Application
    probe: { path: /, every: 200ms, timeout: 500ms }
  slow:
    endpoints: ["${slow}"]
    timeouts: { response: 200ms }
routes:
  - { path: /slow/api/, upstream: slow, errors: chargeover }
  - { path: /slow/graphql, upstream: slow, kind: graphql }
  - { path: /slow/, upstream: slow }
  - { path: /graphql, upstream: app, kind: graphql }
  - { path: /hooks/, upstream: app, kind: webhook }
  - { path: /pixel.gif, upstream: app, kind: pixel }
  - { path: /billing.Invoices/, upstream: app, cors: ${JSON.stringify(cors)} }
  - { path: /api/, upstream: app, errors: chargeover, cors: ${JSON.stringify(cors)} }
  - { upstream: app }
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

function tlsFile(name: string): string {
  return fileURLToPath(new URL(`../e2e/tls/${name}`, import.meta.url));
}
