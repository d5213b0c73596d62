import type { Notice } from './notice.ts';

/** A notice that tells of nothing, to see whether it arrives. Each is another one to receivers. */
export function testNotice(now: number, { service, statusPage }: TestWords): Notice {
  const id = `test-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}`;
  return {
    id,
    event: 'test',
    at: now,
    incident: {
      ...{ id, upstream: 'test', components: ['Candor'], causes: [], relapses: 0 },
      ...{ startedAt: now, detectedAt: now, resolvedAt: null },
    },
    news: null,
    post: null,
    service,
    statusPage,
  };
}

type TestWords = Pick<Notice, 'service' | 'statusPage'>;
