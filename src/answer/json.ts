import { asJson, outageObject } from './outage-object.ts';
import type { Telling } from './telling.ts';

const TYPE_PATH = 'problems';

/** The problem document of UX.md, section 6.1, for `application/json` and `application/problem+json`. */
export function problemJson(telling: Telling, publicPrefix: string): string {
  const { notice, title, detail } = telling;
  return asJson({
    type: problemType(telling, publicPrefix),
    title,
    status: notice.status,
    detail,
    outage: outageObject(notice),
  });
}

/** The path of a problem's type. */
export function problemType({ notice }: Telling, publicPrefix: string): string {
  const name = {
    not_processed: 'not-processed',
    outcome_unknown: 'outcome-unknown',
    unanswered: 'outcome-unknown',
    maintenance: 'maintenance',
    sign_in: 'sign-in-unavailable',
    overload: 'overload',
    unknown_route: 'unknown-route',
  }[notice.case];
  return `${publicPrefix}${TYPE_PATH}/${name}`;
}

/** The GraphQL answer of UX.md, section 6.7: errors and no `data`. */
export function graphqlJson({ notice, bareMessage }: Telling): string {
  const code = notice.case === 'outcome_unknown' ? 'OUTCOME_UNKNOWN' : 'SERVICE_UNAVAILABLE';
  return asJson({
    errors: [{ message: bareMessage, extensions: { code, outage: outageObject(notice) } }],
  });
}
