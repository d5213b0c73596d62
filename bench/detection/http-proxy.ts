import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageVersion } from '../peers/installed.ts';
import { isPage, type Rival } from './rival.ts';

const RELAY = fileURLToPath(new URL('http-proxy-relay.ts', import.meta.url));

/** http-proxy, with the few lines around it that its users write. */
export const httpProxy: Rival = {
  name: 'http-proxy',
  about:
    'round robin over the endpoints, or over what a resolver lists; `timeout` and `proxyTimeout` 3s; its `error` event and a 502–504 of the application answered with a page',
  version: () => packageVersion('http-proxy'),
  install: 'npm install',
  prepare: (ground) => {
    const file = join(ground.folder, 'ground.json');
    writeFileSync(file, JSON.stringify(ground));
    return { program: process.execPath, args: [RELAY, file] };
  },
  isDown: null,
  isAnswer: isPage,
};
