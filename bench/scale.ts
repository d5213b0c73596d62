import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accepting, freePort, Processes } from './processes.ts';
import { holds, lineOf, type ScaleResult, saveReport } from './scale-report.ts';
import { cpuMicroseconds, residentBytes } from './usage.ts';

const HELP = `node bench/scale.ts: what knowing costs, at 200 upstreams of 20 endpoints each

  --seconds N    how long CPU time is counted (20)
  --settle N     how long the program has run before: what its start costs is not counted (60)
  --only NAME    connect, page, dns or outage
  -h, --help     print this help

Starts the program with nobody asking it anything, and measures its processor time and memory; in the
outage, in which all endpoints refuse, then also how many answers one client gets.
A whole run writes its table into bench/RESULTS.md.
Exit codes: 0 every limit holds; 1 one does not; 2 wrong use.
`;

const UPSTREAMS = 200;
const ENDPOINTS = 20;
/** Of one core, and of resident memory. */
const QUIET = { mostPerCent: 2, mostMebibytes: 150 };
const OUTAGE = { mostPerCent: 20, mostMebibytes: 300 };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVERS = fileURLToPath(new URL('scale-endpoints.ts', import.meta.url));

interface Ports {
  readonly app: number;
  readonly dns: number;
  /** Where nobody listens. */
  readonly gone: number;
}

/** How the upstreams are discovered and probed, as lines of one upstream's settings. */
const KINDS: Readonly<Record<string, (upstream: number, ports: Ports) => readonly string[]>> = {
  connect: (upstream, { app }) => [listOf(upstream, app)],
  page: (upstream, { app }) => [listOf(upstream, app), 'probe: { path: /healthz }'],
  dns: (upstream, { app, dns }) => [
    `discover: { dns: ${upstream}.scale.test, port: ${app}, servers: ["127.0.0.1:${dns}"] }`,
  ],
  outage: (upstream, { gone }) => [listOf(upstream, gone)],
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return process.argv.includes('--help') || process.argv.includes('-h') ? 0 : 2;
  }
  await using processes = new Processes();
  const ports = { app: await freePort(), dns: await freePort(), gone: await freePort() };
  const args = [SERVERS, String(ports.app), String(ports.dns), String(ENDPOINTS)];
  const command = { program: process.execPath, args };
  await accepting(processes.start('endpoints', command, null), ports.app);
  const main = build(processes.folder);
  print(`${UPSTREAMS} upstreams of ${ENDPOINTS} endpoints, ${options.seconds} s each\n`);
  const results: ScaleResult[] = [];
  for (const [kind, linesOf] of Object.entries(KINDS)) {
    if (options.only !== undefined && options.only !== kind) continue;
    const settings = settingsOf((upstream) => linesOf(upstream, ports));
    const used = await measure(kind, settings, { main, processes, ...options });
    const result = { kind, ...used, ...(kind === 'outage' ? OUTAGE : QUIET) };
    results.push(result);
    print(lineOf(result));
  }
  if (options.only === undefined) {
    saveReport(results, { upstreams: UPSTREAMS, endpoints: ENDPOINTS, seconds: options.seconds });
  }
  return results.every(holds) ? 0 : 1;
}

/** The program as it is shipped: reading TypeScript takes 20 MiB that no operator pays for. */
function build(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.ts'), join(folder, 'dist')]);
  for (const name of ['package.json', 'templates']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'dist', 'main.js');
}

interface Measuring {
  readonly main: string;
  readonly processes: Processes;
  readonly seconds: number;
  readonly settle: number;
}

async function measure(
  kind: string,
  lines: readonly string[],
  { main, processes, seconds, settle }: Measuring,
) {
  const [port, opsPort] = [await freePort(), await freePort()];
  const file = join(processes.folder, `${kind}.yaml`);
  writeFileSync(
    file,
    [`listen: 127.0.0.1:${port}`, `ops: 127.0.0.1:${opsPort}`, ...lines].join('\n'),
  );
  const args = [main, 'run', '--config', file, '--log-level', 'warn'];
  const running = processes.start(kind, { program: process.execPath, args }, null);
  await accepting(running, port);
  await delay(settle * 1_000);
  const saidBefore = running.lastWords();
  const [cpuBefore, startedAt] = [cpuMicroseconds(running.pid), performance.now()];
  await delay(seconds * 1_000);
  const cpuMs = (cpuMicroseconds(running.pid) - cpuBefore) / 1_000;
  const perCent = (cpuMs / (performance.now() - startedAt)) * 100;
  const mebibytes = residentBytes(running.pid) / 1024 / 1024;
  const said = running.lastWords();
  if (said !== saidBefore) throw new Error(`${kind} has something to complain of:\n${said}`);
  const answers = kind === 'outage' ? await answersOf(port, seconds) : null;
  await running.stop();
  return { perCent, mebibytes, answers };
}

/** One client that asks one upstream after the other, one request at a time. */
async function answersOf(port: number, seconds: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const startedAt = performance.now();
  const took: number[] = [];
  for (let at = startedAt; at - startedAt < seconds * 1_000; ) {
    const { status } = await ask(port, `${took.length % UPSTREAMS}.example.com`, agent);
    if (status !== 503) throw new Error(`${status}, where an outage should be`);
    const now = performance.now();
    took.push(now - at);
    at = now;
  }
  agent.destroy();
  took.sort((one, other) => one - other);
  return { perSecond: took.length / seconds, p99: took[Math.floor(took.length * 0.99)] ?? 0 };
}

function ask(port: number, host: string, agent: Agent): Promise<{ status: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number }>();
  get({ port, host: '127.0.0.1', headers: { host, accept: 'text/html' }, agent }, (reply) => {
    reply.resume().once('end', () => resolve({ status: reply.statusCode ?? 0 }));
  }).once('error', reject);
  return promise;
}

function settingsOf(linesOf: (upstream: number) => readonly string[]): string[] {
  const upstreams = Array.from({ length: UPSTREAMS }, (_, upstream) => upstream);
  return [
    'store: memory',
    'upstreams:',
    ...upstreams.flatMap((upstream) => [
      `  app-${upstream}:`,
      ...linesOf(upstream).map((line) => `    ${line}`),
    ]),
    'routes:',
    ...upstreams.map(
      (upstream) => `  - { host: ${upstream}.example.com, upstream: app-${upstream} }`,
    ),
  ];
}

function listOf(upstream: number, port: number): string {
  const urls = Array.from(
    { length: ENDPOINTS },
    (_, index) => `"http://127.1.${upstream}.${index + 1}:${port}"`,
  );
  return `endpoints: [${urls.join(', ')}]`;
}

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seconds: { type: 'string', default: '20' },
        settle: { type: 'string', default: '60' },
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { only } = values;
    const [seconds, settle] = [Number(values.seconds), Number(values.settle)];
    const isKnown = only === undefined || Object.hasOwn(KINDS, only);
    return values.help || !isKnown || !(seconds > 0 && settle >= 0)
      ? null
      : { seconds, settle, only };
  } catch {
    return null; // What is wrong with it is told by the help.
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
