import { type Application, startApplication } from './application.ts';
import { renderBanner } from './banner.ts';
import { candorYaml } from './candor-settings.ts';
import { breakApplication, mendApplication, startControl, type WayToBreak } from './control.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { type LoginSite, startLoginSite } from './login-site.ts';
import type { DemoServer } from './server.ts';
import { type StatusPage, startStatusPage } from './status-page.ts';

/** What can be chosen of the demo. A port that is left out is one that the system gives. */
export interface DemoOptions {
  /** Where the gateway is to listen, `HOST:PORT`; for the settings only. */
  readonly listen?: string;
  /** Where its ops listener is to be, `HOST:PORT`; for the settings only. */
  readonly ops?: string;
  readonly statusPagePort?: number;
  /** When it is taken, the system gives another one. */
  readonly controlPort?: number;
}

/** The running demo. Disposing of it ends every part. */
export interface Demo extends AsyncDisposable {
  readonly endpoints: readonly Application[];
  readonly loginSite: LoginSite;
  readonly statusPage: StatusPage;
  /** Where `POST /break`, `/mend` and `/incident` are taken. */
  readonly controlUrl: string;
  /** What both endpoints know: customers, invoices, payments. */
  readonly ledger: Ledger;
  /** The text of the `candor.yaml` for a gateway in front of it. */
  readonly settings: string;
  /** The same as the commands of the control listener. */
  breakWith(how: WayToBreak): Promise<void>;
  mend(): Promise<void>;
  /** What to print once the gateway listens at these addresses. */
  banner(gatewayUrl: string, opsUrl: string): string;
}

const HOST = '127.0.0.1';

/** Starts everything that the demo needs behind a gateway. Rejects when a port is taken. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  await using started = new AsyncDisposableStack();
  const ledger = openLedger();
  const endpoints = [
    started.use(await startApplication({ host: HOST, port: 0, name: 'app-1', ledger })),
    started.use(await startApplication({ host: HOST, port: 0, name: 'app-2', ledger })),
  ];
  const urls = endpoints.map(({ url }) => url);
  const loginSite = started.use(await startLoginSite({ host: HOST, port: 0, backendUrls: urls }));
  const statusPage = started.use(
    await startStatusPage({ host: HOST, port: options.statusPagePort ?? 0 }),
  );
  const control = started.use(
    await startControlAt(options.controlPort ?? 0, { endpoints, loginSite, statusPage }),
  );
  const parts = started.move();

  return {
    endpoints,
    loginSite,
    statusPage,
    controlUrl: control.url,
    ledger,
    settings: candorYaml({
      endpoints: urls,
      loginSite: loginSite.url,
      statusPage: statusPage.url,
      listen: options.listen ?? '127.0.0.1:8080',
      ops: options.ops ?? '127.0.0.1:9901',
    }),
    breakWith: (how) => breakApplication(endpoints, how),
    mend: () => mendApplication(endpoints),
    banner: (gateway, ops) =>
      renderBanner({ gateway, ops, statusPage: statusPage.url, control: control.url }),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function startControlAt(
  port: number,
  controlled: Parameters<typeof startControl>[1],
): Promise<DemoServer> {
  try {
    return await startControl({ host: HOST, port }, controlled);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken || port === 0) throw error;
    // A second demo on this machine works as well: the banner says where to send the commands.
    return startControl({ host: HOST, port: 0 }, controlled);
  }
}
