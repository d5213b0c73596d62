/**
 * The entry of the containers that are not the gateway: the demo's application, its login site,
 * its status page, whoever is on call, and the witness.
 *
 * Usage: node part.ts application | login-site BACKEND_URL | status-page PUBLIC_URL | on-call | witness NAME PORT
 */
import { hostname } from 'node:os';
import { startApplication } from '../../src/demo/application.ts';
import { INCIDENT_STATUSES } from '../../src/demo/incident-board.ts';
import { startLoginSite } from '../../src/demo/login-site.ts';
import { startStatusPage } from '../../src/demo/status-page.ts';
import { takeCalls } from './on-call.ts';
import { testify } from './witness.ts';

const [part = '', ...args] = process.argv.slice(2);
const place = { host: '0.0.0.0', port: 8080 };

// The first process of a container has no default for it, and Docker waits ten seconds for its end.
process.on('SIGTERM', () => process.exit(0));

switch (part) {
  case 'application':
    await startApplication({ ...place, name: hostname() });
    break;
  case 'login-site':
    await startLoginSite({ ...place, backendUrls: args });
    break;
  case 'status-page': {
    const page = await startStatusPage({ ...place, publicUrl: args[0] ?? '' });
    // Each signal is one posting by the team: investigating, identified, monitoring, resolved.
    let posted = 0;
    process.on('SIGUSR2', () => {
      const status = INCIDENT_STATUSES[posted % INCIDENT_STATUSES.length] ?? 'investigating';
      posted += 1;
      page.announce(status);
      console.log(status);
    });
    break;
  }
  case 'on-call':
    takeCalls(place);
    break;
  case 'witness':
    testify(args[0] ?? '', Number(args[1]));
    break;
  default:
    throw new Error(`there is no part ${part}`);
}
console.log(`${part} listens`);
