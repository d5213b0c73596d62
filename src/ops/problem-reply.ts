import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';

/** Answers with a problem of RFC 9457. `extra` members stand beside those that the RFC names. */
export function sendProblem(
  response: Response,
  status: number,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): void {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...extra };
  response.status(status).type('application/problem+json').send(JSON.stringify(problem));
}
