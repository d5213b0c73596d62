import type { RequestListener } from 'node:http';

/** A status page of the kind of Statuspage on which nothing is posted. */
export const silentPage: RequestListener = (_request, response) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(documentWith([])));

/** One that tells of an incident. */
export const pageWithIncident: RequestListener = (_request, response) => {
  const at = new Date().toISOString();
  const update = { id: 'u', status: 'investigating', body: 'We look into it.', created_at: at };
  const incident = {
    id: 'i',
    name: 'Requests fail',
    status: 'investigating',
    impact: 'major',
    created_at: at,
    updated_at: at,
    shortlink: 'https://status.example.com/i',
    incident_updates: [{ ...update, updated_at: at, display_at: at }],
    components: [],
  };
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify(documentWith([incident])));
};

function documentWith(incidents: readonly object[]): object {
  return {
    page: { id: 'p', name: 'Soak', url: 'https://status.example.com' },
    status: { indicator: 'none', description: 'All Systems Operational' },
    components: [{ id: 'c', name: 'Main Application', status: 'operational', group: false }],
    incidents,
    scheduled_maintenances: [],
  };
}
