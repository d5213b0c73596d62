import { expect, test } from 'vitest';
import { publishedSeverity, worstImpact } from '../../src/statuspage/severity.ts';
import { readStatuspageV2 } from '../../src/statuspage/statuspage-v2.ts';
import { fixture } from './fixtures.ts';

const legacy = 'dnsimple-2016-10-components-edited-down.legacy-index.json';
const packages = 'github-2022-11-major-incident-open.summary.json';
const docs = 'statuspage-docs-sample-critical-open.summary.json';
const monitoring = 'RECONSTRUCTED-chargeover-2023-07-19-t4-monitoring.summary.json';
const actions = 'github-2020-12-maintenance-in-progress.summary.json';

test.for([
  { name: legacy, component: 'Redirector', severity: 'critical' },
  { name: legacy, component: 'Sandbox API', severity: 'major' },
  { name: legacy, component: 'API', severity: 'minor' },
  { name: legacy, component: 'Web', severity: 'none' },
  { name: legacy, component: null, severity: 'none' },
  { name: packages, component: 'Copilot', severity: 'major' },
  { name: docs, component: 'API', severity: 'critical' },
  { name: monitoring, component: 'Main Application', severity: 'critical' },
  { name: actions, component: 'Actions', severity: 'maintenance' },
])('$name says $severity for $component', ({ name, component, severity }) => {
  const publication = readStatuspageV2(fixture(name), {
    url: 'https://status.example.com',
    readAt: 0,
  });
  expect(publication && publishedSeverity(publication, component)).toBe(severity);
});

test.for([
  { impacts: [], worst: 'none' },
  { impacts: ['none', 'unknown'], worst: 'unknown' },
  { impacts: ['unknown', 'minor'], worst: 'minor' },
  { impacts: ['maintenance', 'minor'], worst: 'minor' },
  { impacts: ['critical', 'major', 'none'], worst: 'critical' },
] as const)('the worst of $impacts is $worst', ({ impacts, worst }) => {
  expect(worstImpact(impacts)).toBe(worst);
});
