import { WAY_TEXT, WAYS_TO_BREAK } from './control.ts';
import { INCIDENT_STATUSES } from './incident-board.ts';
import { DEMO_USER } from './session.ts';

/** The addresses that somebody who tries the demo needs. */
export interface BannerAddresses {
  readonly gateway: string;
  readonly ops: string;
  readonly statusPage: string;
  readonly control: string;
}

/** What is printed when the demo has started: what to open, and commands to copy. */
export function renderBanner(addresses: BannerAddresses): string {
  const [gateway, ops, statusPage, control] = [
    addresses.gateway,
    addresses.ops,
    addresses.statusPage,
    addresses.control,
  ].map((url) => url.replace(/\/+$/, ''));
  return [
    'Candor stands in front of a demo of ChargeOver: an application with two endpoints,',
    'its login site and its status page. Break it and see what is said.',
    '',
    'Open',
    ...aligned([
      [`${gateway}/`, 'the application'],
      [`${gateway}/login`, `sign in: ${DEMO_USER.email}, password ${DEMO_USER.password}`],
      [`${ops}/api/upstreams`, 'what the gateway believes'],
      [`${statusPage}/`, 'the status page'],
    ]),
    '',
    'Break',
    ...aligned(
      WAYS_TO_BREAK.map((how) => [`curl -X POST '${control}/break?how=${how}'`, WAY_TEXT[how]]),
    ),
    '',
    'Look, as a browser, an API client and somebody who signs in',
    ...aligned([
      [`curl -i -H 'Accept: text/html' ${gateway}/`, ''],
      [`curl -i ${gateway}/api/v3/customer`, ''],
      [
        `curl -i -H 'Accept: text/html' -d 'email=${DEMO_USER.email}&password=${DEMO_USER.password}' ${gateway}/login`,
        '',
      ],
    ]),
    '',
    'Post on the status page, then mend',
    ...aligned([
      ...INCIDENT_STATUSES.slice(0, 3).map(
        (status) => [`curl -X POST '${control}/incident?status=${status}'`, ''] as const,
      ),
      [`curl -X POST '${control}/mend'`, ''],
      [`curl -X POST '${control}/incident?status=resolved'`, ''],
    ]),
    '',
  ].join('\n');
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(
    ([left, right]) => `  ${right === '' ? left : `${left.padEnd(width)}  ${right}`}`,
  );
}
