import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rival } from './rival.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Candor itself, with its defaults, a health page and the time-outs that all of them have. */
export const candor: Rival = {
  name: 'Candor',
  about:
    'this checkout; defaults; `probe: { path: /healthz, every: 1s }`, `discover: { every: 1s }`',
  version: () => 'this checkout',
  install: 'it is this repository',
  prepare: ({ folder, port, opsPort, hosts, endpointPort, dns }) => {
    const file = join(folder, 'candor.yaml');
    const found =
      dns === null
        ? `endpoints: [${hosts.map((host) => `"http://${host}:${endpointPort}"`).join(', ')}]`
        : `discover: { dns: ${dns.name}, port: ${endpointPort}, every: 1s, servers: ["127.0.0.1:${dns.port}"] }`;
    writeFileSync(
      file,
      `listen: 127.0.0.1:${port}
ops: 127.0.0.1:${opsPort}
brand: { name: Example }
upstreams:
  app:
    ${found}
    probe: { path: /healthz, every: 1s }
    timeouts: { connect: 1s, response: 3s }
store: memory
`,
    );
    return { program: process.execPath, args: [MAIN, 'run', '--config', file] };
  },
  isDown: async (opsPort) => {
    const reply = await fetch(`http://127.0.0.1:${opsPort}/api/upstreams`);
    const { upstreams } = (await reply.json()) as { upstreams: { verdict: string }[] };
    return upstreams[0]?.verdict === 'down';
  },
  isAnswer: ({ headers }, body) =>
    headers['candor-disposition'] !== undefined &&
    String(headers['content-type']).startsWith('text/html') &&
    body.includes('<h1'),
};
