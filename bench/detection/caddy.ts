import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programVersion } from '../peers/installed.ts';
import { isPage, PAGE, type Rival } from './rival.ts';

/** Caddy, with active and passive checks, tries for a second, and a page for its errors. */
export const caddy: Rival = {
  name: 'Caddy',
  about:
    '`health_uri /healthz`, `health_interval 1s`, `fail_duration 2s`, `lb_try_duration 1s`, the application’s 502–504 and its own errors as a page; a name through `dynamic a { refresh 1s }`',
  version: () => programVersion('caddy', 'version'),
  install: 'apt-get install caddy',
  prepare: ({ folder, port, hosts, endpointPort, dns }) => {
    writeFileSync(join(folder, 'outage.html'), PAGE);
    const to =
      dns === null
        ? `to ${hosts.map((host) => `${host}:${endpointPort}`).join(' ')}
      health_uri /healthz
      health_interval 1s
      health_timeout 1s`
        : `dynamic a {
        name ${dns.name}
        port ${endpointPort}
        refresh 1s
        resolvers 127.0.0.1:${dns.port}
      }`;
    const file = join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
}
http://127.0.0.1:${port}, http://bench.test:${port} {
  bind 127.0.0.1
  route {
    reverse_proxy {
      ${to}
      lb_policy round_robin
      lb_try_duration 1s
      lb_try_interval 100ms
      fail_duration 2s
      max_fails 2
      unhealthy_status 5xx
      transport http {
        dial_timeout 1s
        response_header_timeout 3s
      }
      @failed status 502 503 504
      handle_response @failed {
        rewrite * /outage.html
        file_server {
          root ${folder}
          status 503
        }
      }
    }
  }
  handle_errors {
    root * ${folder}
    rewrite * /outage.html
    file_server
  }
}
`,
    );
    const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    return {
      program: 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', file],
      env: home,
    };
  },
  isDown: null,
  isAnswer: isPage,
};
