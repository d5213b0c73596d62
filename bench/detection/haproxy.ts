import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programVersion } from '../peers/installed.ts';
import { isPage, PAGE, type Rival } from './rival.ts';

const ERRORS = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' };

/** HAProxy, with active checks, redispatch and a page for each of its errors. */
export const haproxy: Rival = {
  name: 'HAProxy',
  about:
    '`option httpchk GET /healthz`, `inter 1s fall 2 rise 1`, `observe layer7`, `retry-on conn-failure empty-response 503` (GET only), redispatch, an errorfile each; a name through `resolvers` with `hold … 1s`',
  version: () => programVersion('haproxy', '-v'),
  install: 'apt-get install haproxy',
  prepare: ({ folder, port, opsPort, hosts, endpointPort, dns }) => {
    const errorFiles = Object.entries(ERRORS).map(([status, phrase]) => {
      const file = join(folder, `${status}.http`);
      const head = `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}`;
      writeFileSync(file, `${head}\r\n\r\n${PAGE}`);
      return `  errorfile ${status} ${file}\n`;
    });
    const check = 'check inter 1s fall 2 rise 1 observe layer7 error-limit 3 on-error mark-down';
    const servers =
      dns === null
        ? hosts.map((host, index) => `  server app${index} ${host}:${endpointPort} ${check}\n`)
        : [
            `  server-template app ${hosts.length} ${dns.name}:${endpointPort} ${check} resolvers names init-addr none\n`,
          ];
    const resolvers =
      dns === null
        ? ''
        : `resolvers names
  nameserver one 127.0.0.1:${dns.port}
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
  hold nx 1s
  hold obsolete 1s
`;
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
${resolvers}defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 3s
  timeout check 1s
  option redispatch
  retries 2
${errorFiles.join('')}frontend clients
  bind 127.0.0.1:${port}
  default_backend app
backend app
  option httpchk GET /healthz
  http-request disable-l7-retry unless METH_GET
  retry-on conn-failure empty-response 503
${servers.join('')}listen statistics
  bind 127.0.0.1:${opsPort}
  stats enable
  stats uri /
`,
    );
    return { program: 'haproxy', args: ['-db', '-f', file] };
  },
  isDown: async (opsPort) => {
    const reply = await fetch(`http://127.0.0.1:${opsPort}/;csv`);
    return /^app,BACKEND,.*,DOWN,/m.test(await reply.text());
  },
  isAnswer: isPage,
};
