import { expect, test } from 'vitest';
import { startDns } from '../support/dns-server.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type EndpointProcess, endpointProcesses } from './endpoints.ts';
import { Load } from './load.ts';

/** Served between two restarts, so that each meets connections that are in use. */
const SERVED_BETWEEN = 300;
const CLIENTS = 16;
const LONG_MS = 40_000;

function inFrontOf(app: string): Promise<Program> {
  return startProgram({
    settings: `listen: 127.0.0.1:0\nops: 127.0.0.1:0\nstore: memory\nupstreams: { app: ${app} }\n`,
  });
}

const listed = (endpoints: readonly EndpointProcess[]) =>
  endpoints.map(({ url }) => url).join(', ');

/** Starts all, and restarts one after the other under load. */
async function restartInTurn(endpoints: readonly EndpointProcess[]) {
  await Promise.all(endpoints.map((endpoint) => endpoint.start()));
  const { url } = await inFrontOf(`{ endpoints: [${listed(endpoints)}] }`);
  const load = new Load(url, CLIENTS);
  for (const endpoint of endpoints) {
    await load.goesOn(SERVED_BETWEEN);
    await endpoint.restart();
  }
  await load.goesOn(SERVED_BETWEEN);
  return await load.end();
}

/** Ends all; the writes that were processed more than once. */
async function processedTwice(endpoints: readonly EndpointProcess[]): Promise<string[]> {
  await Promise.all(endpoints.map((endpoint) => endpoint.stop()));
  const writes = endpoints
    .flatMap(({ processed }) => processed)
    .filter((request) => request.startsWith('POST'));
  return writes.filter((request, index) => writes.indexOf(request) !== index);
}

test(
  'a rolling restart of three endpoints under load shows no error, and no write is sent twice',
  async () => {
    const endpoints = await endpointProcesses(3);

    const { errors } = await restartInTurn(endpoints);

    expect(errors).toEqual([]);
    expect(await processedTwice(endpoints)).toEqual([]);
  },
  LONG_MS,
);

test(
  'a restart of the only endpoint shows no error: requests wait for it',
  async () => {
    const [endpoint] = await endpointProcesses(1);
    if (endpoint === undefined) throw new Error('one was asked for');
    await endpoint.start();
    const { url, opsUrl } = await inFrontOf(
      `{ endpoints: [${endpoint.url}], hold: 15s, detection: { confirm: 15s } }`,
    );
    const load = new Load(url, CLIENTS);

    await load.goesOn(SERVED_BETWEEN);
    await endpoint.restart();
    await load.goesOn(SERVED_BETWEEN);
    const { errors } = await load.end();

    expect(errors).toEqual([]);
    expect(await processedTwice([endpoint])).toEqual([]);
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/candor_request_holds_total\{event="let_out"\} [1-9]/);
  },
  LONG_MS,
);

test(
  'a rolling deploy that DNS tells of shows no error',
  async () => {
    const endpoints = await endpointProcesses(5);
    const dns = await startDns();
    const list = (running: readonly EndpointProcess[]) =>
      dns.set(
        'tasks.app',
        running.map(({ host }) => host),
      );
    let running = endpoints.slice(0, 2);
    await Promise.all(running.map((endpoint) => endpoint.start()));
    list(running);
    const { url } = await inFrontOf(
      `{ discover: { dns: tasks.app, port: ${endpoints[0]?.port}, every: 100ms, servers: ["${dns.address}"] } }`,
    );
    const load = new Load(url, CLIENTS);

    // As Swarm does it: a new task is listed when it runs, and an old one before it is stopped.
    for (const next of endpoints.slice(2)) {
      await load.goesOn(SERVED_BETWEEN);
      await next.start();
      const [first] = running;
      running = [...running.slice(1), next];
      list(running);
      await load.goesOn(SERVED_BETWEEN);
      await first?.stop();
    }
    await load.goesOn(SERVED_BETWEEN);
    const { errors } = await load.end();

    expect(errors).toEqual([]);
    expect(await processedTwice(endpoints)).toEqual([]);
  },
  LONG_MS,
);

test(
  'an endpoint that closes idle connections in the moment of its end costs at most writes whose outcome is told as unknown',
  async () => {
    const endpoints = await endpointProcesses(3, 0);

    const { errors, served } = await restartInTurn(endpoints);

    const isHonest = (error: string) => /^POST \d+: 502 .*connection_terminated/.test(error);
    expect(errors.filter((error) => !isHonest(error))).toEqual([]);
    expect(errors.length).toBeLessThan(served / 100);
    expect(await processedTwice(endpoints)).toEqual([]);
  },
  LONG_MS,
);
