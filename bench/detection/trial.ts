import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accepting, freePort, type Processes } from '../processes.ts';
import type { Application, Fault } from './faults.ts';
import { type Findings, findingsOf, type Times } from './findings.ts';
import { Fleet } from './fleet.ts';
import { Load } from './load.ts';
import type { NameServer } from './name-server.ts';
import type { Ground, Rival } from './rival.ts';
import { VerdictWatch } from './verdict-watch.ts';

/** What a trial needs of the run. */
export interface Stage {
  readonly processes: Processes;
  readonly nameServer: NameServer;
  /** Tells the trials of one fault apart: each has loopback addresses of its own. */
  readonly number: number;
}

const WELL_MS = 2_000;
const AFTER_MS = 5_000;

/** Runs one rival through one fault under load: well, failing, mended, well again. */
export async function runTrial(rival: Rival, fault: Fault, stage: Stage): Promise<Findings> {
  const { processes, nameServer } = stage;
  const name = `${fault.key}-${rival.name}`;
  const hosts = [1, 2, 3].map((last) => `127.0.${stage.number}.${last}`);
  const ground = await groundOf(name, hosts, fault, stage);
  const { endpointPort } = ground;
  const controlPort = await freePort();
  const fleet = new Fleet({ name, hosts, port: endpointPort, controlPort, processes });
  const dnsName = nameServer.nameOf(name.toLowerCase().replaceAll('_', '-'));
  const application: Application = {
    fleet,
    list: (isListed) => nameServer.set(dnsName, isListed ? hosts : []),
  };
  application.list(true);
  await fleet.start();

  const running = processes.start(name, rival.prepare(ground), null);
  await accepting(running, ground.port);
  const watch = new VerdictWatch(rival, ground.opsPort);
  const load = new Load(ground.port, rival.isAnswer);
  await delay(WELL_MS); // What checks first has checked.
  watch.start();
  load.start();
  await delay(WELL_MS);

  const times = await strikeAndMend(fault, application);
  await delay(AFTER_MS);
  await load.stop();
  await watch.stop();
  const isAlive = running.isAlive();
  await running.stop();
  await fleet.end();
  const postsTwice = fleet.postsTwice();
  return findingsOf({
    fault,
    times,
    postsTwice,
    isAlive,
    outcomes: load.outcomes,
    seen: watch.seen,
  });
}

async function strikeAndMend(fault: Fault, application: Application): Promise<Times> {
  const struckAt = Date.now();
  await fault.strike(application);
  await delay(fault.lastsMs);
  await fault.mend(application);
  return { struckAt, mendedAt: Date.now() };
}

async function groundOf(
  name: string,
  hosts: readonly string[],
  fault: Fault,
  { processes, nameServer }: Stage,
): Promise<Ground> {
  const folder = join(processes.folder, `${name}-files`);
  mkdirSync(folder);
  const dnsName = nameServer.nameOf(name.toLowerCase().replaceAll('_', '-'));
  return {
    folder,
    hosts,
    port: await freePort(),
    opsPort: await freePort(),
    endpointPort: await freePort(),
    dns: fault.isByDns ? { port: nameServer.port, name: dnsName } : null,
  };
}
