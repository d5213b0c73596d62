import { parseArgs } from 'node:util';
import { App } from '../app.ts';
import { type Loaded, loadSettings, parseSettings, settingsFromFlags } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { startDemo } from '../demo/demo.ts';
import { createLog, type OpenLog } from '../log.ts';
import { warnOfFewDescriptors } from './descriptors.ts';
import { setUpHeap, stayWarm } from './heap.ts';
import { ownVersion } from './own-version.ts';
import { releaseMemory } from './release-memory.ts';
import { listenToSignals, type Told } from './signals.ts';
import { outliveErrors } from './unexpected.ts';

const HELP = `candor run: run the gateway

Usage: candor run                       in front of the embedded demo, on 127.0.0.1:8080
       candor run --config FILE         as the settings file says
       candor run --upstream URL        in front of one application, with defaults

  --config FILE          the settings; see docs/settings.md
  --upstream URL         the application, such as http://127.0.0.1:3000
  --status-page URL      its status page (with --upstream)
  --listen HOST:PORT     default 127.0.0.1:8080 (with --upstream, or for the demo)
  --ops HOST:PORT        metrics and operators' API, default 127.0.0.1:9901 (likewise)
  --log-level LEVEL      debug, info (default), warn, error or silent
  -h, --help             print this help

SIGTERM and SIGINT drain: no new connections, running requests end. SIGHUP reads --config FILE again.
Exit codes: 0 ended when asked to; 1 an address could not be had; 2 wrong use or settings refused.
`;

const DEMO_CONTROL_PORT = 9902;
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

interface Flags {
  readonly config?: string | undefined;
  readonly upstream?: string | undefined;
  readonly 'status-page'?: string | undefined;
  readonly listen?: string | undefined;
  readonly ops?: string | undefined;
  readonly 'log-level'?: string | undefined;
  readonly help?: boolean | undefined;
}

/** `candor run`: runs until it is told to end. Resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = flagsOf(args);
  if (typeof flags === 'string') {
    process.stderr.write(`candor run: ${flags}\n\n${HELP}`);
    return 2;
  }
  if (flags.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  setUpHeap();
  const level = LEVELS.find((known) => known === flags['log-level']) ?? 'info';
  const log = createLog({ level, pretty: process.stdout.isTTY === true });
  const told = listenToSignals(log);
  const isDemo = flags.config === undefined && flags.upstream === undefined;
  await using demo = isDemo ? await startDemo(demoOptionsOf(flags)) : null;
  const read = () =>
    demo === null ? readSettings(flags) : parseSettings({ text: demo.settings, file: 'demo' });
  const loaded = await read();
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) {
    process.stderr.write(`${loaded.ok ? 'warning: ' : ''}${problemLine(problem)}\n`);
  }
  if (!loaded.ok) return 2;
  stayWarm(Object.keys(loaded.settings.upstreams).length);
  await releaseMemory();
  // Awaited here: the demo ends with this function.
  return await serve({
    settings: loaded.settings,
    source: flags.config ?? (isDemo ? 'the demo’s' : 'the command line’s'),
    readSettings: read,
    ...{ log, told },
    banner: (gatewayUrl, opsUrl) => demo?.banner(gatewayUrl, opsUrl) ?? '',
  });
}

interface Serving {
  readonly settings: Settings;
  readonly source: string;
  readonly readSettings: () => Promise<Loaded>;
  readonly log: OpenLog;
  readonly told: Told;
  readonly banner: (gatewayUrl: string, opsUrl: string) => string;
}

async function serve(serving: Serving): Promise<number> {
  const { settings, source, readSettings, log, told, banner } = serving;
  const unexpected = outliveErrors(log);
  warnOfFewDescriptors(settings.limits.connections, log);
  let app: App;
  try {
    app = await App.start({
      ...{ settings, version: ownVersion(), source, log, readSettings },
      unexpectedErrors: () => unexpected.errors,
    });
  } catch (error) {
    log.error({ err: error }, 'could not start');
    await log.flush();
    process.stderr.write(`candor run: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
  log.info(
    { listen: app.urls, ops: app.opsUrl, upstreams: Object.keys(settings.upstreams) },
    'started',
  );
  process.stdout.write(banner(app.urls[0] ?? '', app.opsUrl));
  // What is wrong with the file is in the log; the running settings stay. Never rejects.
  told.onReload(() => void app.reload());

  return await end(app, log, await told.toEnd);
}

async function end(app: App, log: OpenLog, signal: string): Promise<number> {
  log.info({ signal }, 'draining');
  try {
    await app[Symbol.asyncDispose]();
  } catch (error) {
    // What an error of ours has left open must not keep the process from its end.
    log.error({ err: error }, 'could not end in order');
    await log.flush();
    process.exit(1);
  }
  log.info('ended');
  await log.flush();
  return 0;
}

function readSettings(flags: Flags): Promise<Loaded> {
  if (flags.config !== undefined) return loadSettings(flags.config);
  return settingsFromFlags({
    upstream: flags.upstream ?? '',
    statusPage: flags['status-page'],
    listen: flags.listen,
    ops: flags.ops,
  });
}

function demoOptionsOf({ listen, ops }: Flags) {
  return {
    controlPort: DEMO_CONTROL_PORT,
    ...(listen === undefined ? {} : { listen }),
    ...(ops === undefined ? {} : { ops }),
  };
}

function flagsOf(args: readonly string[]): Flags | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: text,
        upstream: text,
        'status-page': text,
        listen: text,
        ops: text,
        'log-level': text,
        help: { type: 'boolean', short: 'h' },
      },
    });
    return conflictIn(values) ?? values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // Wrong use, in parseArgs' words.
  }
}

function conflictIn(flags: Flags): string | null {
  const { config, upstream, listen, ops, 'status-page': statusPage, 'log-level': level } = flags;
  if (level !== undefined && !LEVELS.some((known) => known === level)) {
    return `--log-level is one of ${LEVELS.join(', ')}`;
  }
  const isFile = config !== undefined;
  if (isFile && (upstream ?? listen ?? ops ?? statusPage) !== undefined) {
    return '--config FILE says it all: it goes with no other flag but --log-level';
  }
  if (!isFile && upstream === undefined && statusPage !== undefined) {
    return '--status-page goes with --upstream';
  }
  return null;
}
