import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bench/processes.ts';
import { certificateFilesIn } from '../gateway/certificate-files.ts';
import { openDns } from '../support/dns-server.ts';
import { openProgram, type Program } from '../support/program.ts';
import { openUpstream } from '../support/upstream.ts';
import type { Protocol } from './mode.ts';
import { OriginProcess } from './origin-process.ts';
import { ENDPOINT_NETWORK, ENDPOINTS, type UpstreamName } from './plan.ts';
import { APP_NAME, type Ground, settingsText, type Variant } from './settings.ts';
import { silentPage } from './status-documents.ts';

/** The program in front of the processes of its upstreams, and everything that can be done to them. */
export interface Stage extends Ground, AsyncDisposable {
  readonly program: Program;
  readonly plainUrl: string;
  readonly secureUrl: string;
  /** Lists the endpoints of `app` in DNS, as it is from the start. */
  list(): void;
  /** Writes other settings, which the program does not know of yet. */
  write(variant: Variant): Promise<void>;
}

const PROTOCOLS: Readonly<Record<UpstreamName, Protocol>> = {
  app: 'http1',
  api: 'http2',
  files: 'https',
};

/** Starts everything; the endpoints serve. */
export async function openStage(): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'candor-soak-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const startAll = async (upstream: UpstreamName) => {
    const all = await originsOf(upstream, folder);
    for (const origin of all) parts.use(origin);
    await Promise.all(all.map((origin) => origin.start()));
    return all;
  };
  const [app, api, files] = await Promise.all([
    startAll('app'),
    startAll('api'),
    startAll('files'),
  ]);
  const names = parts.use(await openDns());
  const statusPage = parts.use(await openUpstream(silentPage));
  const certificates = await certificateFilesIn(folder, 'app');
  const list = () =>
    names.set(
      APP_NAME,
      app.map(({ place }) => place.host),
    );
  list();

  const origins = { app, api, files };
  const ground: Ground = { origins, names, statusPage, certificates };
  const program = parts.use(await openProgram({ settings: settingsText(ground, {}) }));
  const onExit = () => program.signal('SIGTERM');
  process.once('exit', onExit);
  parts.defer(() => void process.off('exit', onExit));
  const [plainUrl = '', secureUrl = ''] = listenersOf(program);
  const kept = parts.move();
  return {
    ...ground,
    program,
    plainUrl,
    secureUrl,
    list,
    write: (variant) => program.configure(settingsText(ground, variant)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** On one port of as many addresses, as DNS can list them. */
async function originsOf(upstream: UpstreamName, folder: string): Promise<OriginProcess[]> {
  const port = await freePort();
  return Array.from({ length: ENDPOINTS[upstream] }, (_, place) => {
    const ledger = join(folder, `${upstream}-${place}.ledger`);
    const host = `${ENDPOINT_NETWORK}${place + 1}`;
    return new OriginProcess({ upstream, host, port, protocol: PROTOCOLS[upstream], ledger });
  });
}

function listenersOf(program: Program): readonly string[] {
  const started = program.lines.find(({ msg }) => msg === 'started');
  // The field's shape is docs/logs.md's.
  return (started?.listen ?? []) as readonly string[];
}
