import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { cpuMicroseconds } from '../../bench/usage.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { startProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream.ts';

const UPSTREAMS = 200;
const ENDPOINTS = 20;
const MEASURED_MS = 3_000;

/** 200 upstreams of 20 endpoints each, at addresses of the loopback where nobody listens. */
function settingsOf(port: number): string {
  const numbers = Array.from({ length: UPSTREAMS }, (_, number) => number);
  const urls = (number: number) =>
    Array.from({ length: ENDPOINTS }, (_, index) => urlOf(number, index, port)).join(', ');
  return [
    'listen: 127.0.0.1:0\nops: 127.0.0.1:0\nstore: memory\nupstreams:',
    ...numbers.map((number) => `  app-${number}: { endpoints: [${urls(number)}] }`),
    'routes:',
    ...numbers.map((number) => `  - { host: ${number}.example, upstream: app-${number} }`),
  ].join('\n');
}

const urlOf = (number: number, index: number, port: number) =>
  `http://127.1.${number}.${index + 1}:${port}`;

test('an outage of 4,000 endpoints leaves the program the time to answer, and to see one come back', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'only Linux has all of 127.0.0.0/8 as its own addresses');
  const { port, refuse } = await startUpstream();
  await refuse(); // A port that was free a moment ago.
  const { url, opsUrl, pid } = await startProgram({ settings: settingsOf(port) });
  const metric = async (pattern: RegExp) => {
    const { text } = await ask(`${opsUrl}/metrics`);
    return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const down = /^candor_upstream_verdict\{upstream="[^"]+",verdict="down"\} 1$()/gm;
  const isDown = async () => {
    const { text } = await ask(`${opsUrl}/metrics`);
    return text.match(down)?.length === UPSTREAMS ? true : undefined;
  };
  await eventually(isDown, 20_000);

  const probes = /^candor_upstream_probes_total\{.*\} (\d+)$/gm;
  const [probesBefore, cpuBefore, startedAt] = [
    await metric(probes),
    cpuMicroseconds(pid),
    performance.now(),
  ];
  const took: number[] = [];
  while (performance.now() - startedAt < MEASURED_MS) {
    const number = took.length % UPSTREAMS;
    const { status, ms } = await ask(url, { headers: { host: `${number}.example` } });
    expect(status).toBe(503);
    took.push(ms);
    await delay(5);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = (cpuMicroseconds(pid) - cpuBefore) / 1e4 / seconds;
  const perSecond = ((await metric(probes)) - probesBefore) / seconds;
  took.sort((one, other) => one - other);
  const [half, p99] = [0.5, 0.99].map((part) => took[Math.floor(took.length * part)] ?? 0);
  console.log(
    `${perSecond.toFixed(0)} probes a second, ${cpu.toFixed(0)} % of a core; ` +
      `of ${took.length} answers half took ${half?.toFixed(1)} ms, and p99 ${p99?.toFixed(1)} ms`,
  );
  expect(perSecond).toBeLessThan(1_300);
  expect(half).toBeLessThan(50); // The slowest depend on who else has work for the machine.

  const servers = Array.from({ length: ENDPOINTS }, () =>
    createServer((_, response) => response.end('served\n')),
  );
  onTestFinished(() => {
    for (const server of servers) server.close().closeAllConnections();
  });
  for (const [index, server] of servers.entries()) server.listen(port, `127.1.7.${index + 1}`);
  const mendedAt = performance.now();
  await eventually(async () => {
    const { status } = await ask(url, { headers: { host: '7.example' } });
    return status === 200 ? true : undefined;
  }, 10_000);
  expect(performance.now() - mendedAt).toBeLessThan(1_000);
}, 60_000);
