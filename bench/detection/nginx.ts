import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programVersion } from '../peers/installed.ts';
import { nginxCommand } from '../peers/nginx.ts';
import { isPage, PAGE, type Rival } from './rival.ts';

/** nginx, with retries for what may be repeated and a page for its own errors and the application's. */
export const nginx: Rival = {
  name: 'nginx',
  about:
    '`max_fails=2 fail_timeout=2s`, keepalive, `proxy_next_upstream error timeout http_502 http_503 http_504`, `proxy_intercept_errors` with a page; a name through `resolver … valid=1s`',
  version: () => programVersion('nginx', '-v'),
  install: 'apt-get install nginx-light',
  prepare: ({ folder, port, hosts, endpointPort, dns }) => {
    writeFileSync(join(folder, 'outage.html'), PAGE);
    const servers = hosts
      .map((host) => `server ${host}:${endpointPort} max_fails=2 fail_timeout=2s;`)
      .join(' ');
    // The free nginx resolves a name again only where a variable holds it; such an upstream has no list of servers.
    const resolved =
      dns === null ? '' : `resolver 127.0.0.1:${dns.port} valid=1s ipv6=off; set $app ${dns.name};`;
    const target = dns === null ? 'http://app' : `http://$app:${endpointPort}`;
    return nginxCommand(
      folder,
      `
  access_log off;
  upstream app { ${servers} keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      ${resolved}
      proxy_pass ${target};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_connect_timeout 1s;
      proxy_read_timeout 3s;
      proxy_next_upstream error timeout http_502 http_503 http_504;
      proxy_intercept_errors on;
      error_page 502 503 504 /outage.html;
    }
    location = /outage.html { internal; root ${folder}; }
  }`,
    );
  },
  isDown: null,
  isAnswer: isPage,
};
