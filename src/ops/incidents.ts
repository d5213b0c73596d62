import type { Express } from 'express';
import type { OpsDeps } from './deps.ts';
import { eventView, incidentView, outcomeView } from './incident-view.ts';
import { sendProblem } from './problem-reply.ts';

const PAGE = 100;
const MOST = 1_000;

/** `GET /api/incidents` and `GET /api/incidents/:id`. */
export function addIncidents(app: Express, { archive }: Pick<OpsDeps, 'archive'>): void {
  app.get('/api/incidents', async (request, response) => {
    const asked = new URL(request.url, 'http://ops').searchParams;
    const limit = Number(asked.get('limit') ?? PAGE);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      return sendProblem(response, 400, `limit is a whole number from 1 to ${MOST}.`);
    }
    const incidents = await archive.list(limit, asked.get('before'));
    const last = incidents.at(-1);
    // Where as many as were asked for have come, there may be more.
    if (last !== undefined && incidents.length === limit) {
      const next = new URLSearchParams({ limit: String(limit), before: last.id });
      response.setHeader('Link', `</api/incidents?${next}>; rel="next"`);
    }
    return void response.json({ incidents: incidents.map(incidentView) });
  });
  app.get('/api/incidents/:id', async (request, response) => {
    const incident = await archive.find(request.params.id);
    if (incident === null) {
      const detail = 'There is no incident of this id, or it is no longer kept.';
      return sendProblem(response, 404, detail);
    }
    const [events, outcomes] = await Promise.all([
      archive.events(incident),
      archive.outcomes(incident),
    ]);
    return void response.json({
      ...incidentView(incident),
      events: events?.map(eventView) ?? null,
      outcomes: outcomes?.map(outcomeView) ?? null,
    });
  });
}
