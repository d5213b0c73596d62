import type { Matter } from './answer.ts';
import type { Ask } from './client-table.ts';

/**
 * True when the request may be sent again without harm: UX.md, section 2.1. A GraphQL request is a
 * write unless it is plainly a query, whatever its method.
 */
export function isRetrySafe({ asker, fields }: Ask, matter: Matter, isGraphql: boolean): boolean {
  if (matter.disposition === 'not_processed' || matter.signIn) return true;
  if (asker.route?.idempotencyKey === true && fields.idempotencyKey !== undefined) return true;
  return isIdempotent(asker.method) && (!isGraphql || isQuery(asker.method, asker.target));
}

function isIdempotent(method: string): boolean {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'PUT':
    case 'DELETE':
      return true;
    default:
      return false;
  }
}

/** By the `query` parameter; an operation that cannot be told counts as a mutation. */
function isQuery(method: string, target: string): boolean {
  if (method === 'OPTIONS') return true;
  const start = target.indexOf('?');
  if (start < 0 || (method !== 'GET' && method !== 'HEAD')) return false;
  // Two documents: which of them the application runs cannot be told.
  const [document = '', ...others] = new URLSearchParams(target.slice(start + 1)).getAll('query');
  return (
    others.length === 0 &&
    /^\s*(query\b|\{)/.test(document) &&
    !/\b(mutation|subscription)\b/.test(document)
  );
}
