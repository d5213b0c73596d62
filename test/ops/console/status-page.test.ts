import { expect, test } from 'vitest';
import { statusPagePart } from '../../../src/ops/console/status-page.ts';
import type { Component, Publication } from '../../../src/statuspage/model.ts';

const NOW = Date.parse('2023-07-19T15:32:00.000Z');
const URL_OF_PAGE = 'https://status.example.com';

function told(status: Component['status'], verdict: 'up' | 'down'): string {
  const publication: Publication = {
    ...{ source: 'statuspage', url: URL_OF_PAGE, pageUpdatedAt: null, indicator: 'none' },
    ...{ description: 'All Systems Operational', incidents: [], maintenances: [] },
    components: [{ id: '1', name: 'Main', status }],
  };
  const state = { kind: 'read', url: URL_OF_PAGE, publication, readAt: NOW - 12_000 } as const;
  return statusPagePart(state, [{ component: 'Main', verdict }], NOW).text;
}

test.for([
  {
    status: 'operational',
    verdict: 'down',
    flag: 'We see an outage of Main; the status page says',
  },
  { status: 'major_outage', verdict: 'up', flag: 'says major outage for Main; we see none' },
  { status: 'operational', verdict: 'up', flag: null },
  { status: 'major_outage', verdict: 'down', flag: null },
] as const)('$status while the verdict is $verdict', ({ status, verdict, flag }) => {
  const text = told(status, verdict);
  expect(text).toContain('12 s ago');
  if (flag === null) expect(text).not.toContain('class="flag"');
  else expect(text).toContain(flag);
});

test('a page that cannot be read is told with how old the last copy is', () => {
  const lost = { kind: 'unreachable', url: URL_OF_PAGE, publication: null, readAt: null } as const;
  expect(statusPagePart(lost, [], NOW).text).toContain('cannot be read');
  expect(statusPagePart({ kind: 'none' }, [], NOW).text).toContain('name no status page');
  expect(statusPagePart({ kind: 'unread', url: URL_OF_PAGE }, [], NOW).text).toContain(
    'not been read',
  );
});
