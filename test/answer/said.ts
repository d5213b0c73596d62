import type { AnswererDeps } from '../../src/answer/answerer.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { answererOf, asker, bodyOf, matter } from './samples.ts';

/** The `outage` object of section 2.1, as UX.md prints it. */
export const OUTAGE =
  '{"reason":"outage","verdict":"down","reported":true,"since":"2026-03-04T21:27:10Z","endsAt":null,"component":"Main Application","disposition":"not_processed","retrySafe":true,"retryAfter":42,"reference":"9F3K-7Q2M-4TXB","statusPage":"https://status.chargeover.com/","incident":{"id":"abc123","name":"System inaccessible","status":"investigating","impact":"critical","updatedAt":"2026-03-04T21:41:00Z","latestUpdate":"We are currently investigating this issue.","url":"https://status.chargeover.com/incidents/abc123"}}';
/** The body of the answer to a matter, for a request with these fields. */
export function said(
  headers: Record<string, string>,
  {
    over = {},
    matterOver = {},
    ...deps
  }: {
    over?: object;
    matterOver?: object;
    state?: StatusPageState;
  } & Partial<AnswererDeps> = {},
): string {
  return bodyOf(answererOf(deps).answer(asker(headers, over), matter(matterOver)));
}
