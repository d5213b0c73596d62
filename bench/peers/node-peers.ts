import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CERTIFICATE } from './certificate.ts';
import { packageVersion } from './installed.ts';
import type { Peer } from './peer.ts';
import type { RelaySetting } from './relays/setting.ts';

/** What a user of Node would pick instead, and the two bare servers that show where the floor is. */
export const nodePeers: readonly Peer[] = [
  nodePeer({
    name: 'http-proxy',
    about: '`xfwd`, an agent that keeps connections alive; `error` handler with the page',
    script: 'http-proxy.ts',
    version: () => packageVersion('http-proxy'),
  }),
  nodePeer({
    name: 'http-proxy-3',
    about: '`xfwd`, an agent that keeps connections alive; `error` handler with the page',
    script: 'http-proxy-3.ts',
    version: () => packageVersion('http-proxy-3'),
  }),
  nodePeer({
    name: '@fastify/http-proxy',
    about: 'its own undici pool, X-Forwarded-For added; `onError` with the page; no log',
    script: 'fastify-http-proxy.ts',
    version: () => packageVersion('@fastify/http-proxy'),
  }),
  nodePeer({
    name: 'bare relay',
    about: '`node:http` and `undici.dispatch`, raw fields copied, no feature at all',
    script: 'bare-relay.ts',
    version: () => `undici ${packageVersion('undici')}`,
  }),
  nodePeer({
    name: 'bare server',
    about:
      '`node:http` that forwards nothing: it answers by itself, in (b) with the bytes of Candor',
    script: 'bare-server.ts',
    version: () => `node ${process.versions.node}`,
  }),
];

interface NodePeer extends Pick<Peer, 'name' | 'about' | 'version'> {
  readonly script: string;
}

function nodePeer({ script, ...peer }: NodePeer): Peer {
  const path = fileURLToPath(new URL(`relays/${script}`, import.meta.url));
  return {
    ...peer,
    install: 'npm install',
    isCompiledLate: true,
    prepare: ({ folder, port, protocol, originPort, isOutage, outageAnswer }) => {
      const file = join(folder, 'setting.json');
      const setting: RelaySetting = {
        port,
        protocol,
        certificate: CERTIFICATE,
        originPort,
        isOutage,
        outageAnswer,
      };
      writeFileSync(file, JSON.stringify(setting));
      return { program: process.execPath, args: [path, file] };
    },
  };
}
