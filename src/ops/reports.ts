import type { Express } from 'express';
import { FORMATS, render } from '../outage/report/render.ts';
import type { OpsDeps } from './deps.ts';
import { sendProblem } from './problem-reply.ts';

const TYPES = {
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const;

/** A report holds texts of the status page: nothing of it may run, load or be framed. */
const POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `GET /api/incidents/:id/report`: of the newest incident where the id is `latest`. */
export function addReports(app: Express, { report }: Pick<OpsDeps, 'report'>): void {
  app.get('/api/incidents/:id/report', async (request, response) => {
    const { searchParams } = new URL(request.url, 'http://ops');
    const asked = searchParams.get('format') ?? 'json';
    const format = FORMATS.find((known) => known === asked);
    if (format === undefined) {
      return sendProblem(response, 400, `format is one of ${FORMATS.join(', ')}.`);
    }
    const { id } = request.params;
    const written = await report(id === 'latest' ? null : id);
    if (written === null) {
      return sendProblem(response, 404, 'There is no such incident, or it is no longer kept.');
    }
    response.setHeader('Content-Type', TYPES[format]);
    response.setHeader('Content-Security-Policy', POLICY);
    return void response.end(render(written, format));
  });
}
