import { loadSettings } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { speakerOf } from '../ops/speaker.ts';
import type { IncidentRecord } from '../outage/incident-record.ts';
import { findIncident, latestIncidents } from '../outage/incident-rows.ts';
import { writeReport } from '../outage/report/gather.ts';
import { render } from '../outage/report/render.ts';
import { openStore, type Store } from '../outage/store.ts';
import { StoreError } from '../outage/store-reads.ts';
import { UnknownOutcomes, writesOf } from '../outage/unknown-outcomes.ts';
import { unknownOutcomesCsv } from '../outage/unknown-outcomes-csv.ts';
import { SILENT } from './idle-plan.ts';
import { nameOf } from './ops-report.ts';
import { ownVersion } from './own-version.ts';
import type { ReportAsk, ReportFound } from './report-ask.ts';

const MOST_LINES = 100_000;

/** Writes a report by the store that the settings name. It is read and not changed. */
export async function reportFromStore(config: string, ask: ReportAsk): Promise<ReportFound> {
  const loaded = await loadSettings(config);
  if (!loaded.ok) return faulty(loaded.problems.map(problemLine).join('\n'));
  const { settings } = loaded;
  const { store: file } = settings;
  if (file === 'memory') {
    return faulty(`${config} keeps no store (store: memory); ask the running gateway with --url`);
  }
  await using store = await openStore({ file, log: SILENT, access: 'read' });
  try {
    return await read(store, { settings, ask });
  } catch (error) {
    if (error instanceof StoreError) return faulty(`${file} cannot be read: ${error.message}`);
    throw error;
  }
}

async function read(
  store: Store,
  { settings, ask }: { readonly settings: Settings; readonly ask: ReportAsk },
): Promise<ReportFound> {
  const { id, format } = ask;
  const incident = await wanted(store, id);
  if (incident === null) return { fault: `the store has no ${nameOf(id)}`, isMissing: true };
  using unknownOutcomes = new UnknownOutcomes(store);
  if (format === 'csv') {
    const wish = writesOf(incident);
    const { notListed } = await unknownOutcomes.totals(wish);
    const outcomes = await unknownOutcomes.list(wish, { limit: MOST_LINES });
    return { text: unknownOutcomesCsv(outcomes, notListed) };
  }
  const speaker = speakerOf(settings, ownVersion());
  const now = Date.now();
  const report = await writeReport({ store, unknownOutcomes, incident, speaker, now });
  return { text: render(report, format) };
}

async function wanted(store: Store, id: string | null): Promise<IncidentRecord | null> {
  if (id !== null) return await findIncident(store, id);
  const [latest = null] = await latestIncidents(store, 1);
  return latest;
}

function faulty(fault: string): ReportFound {
  return { fault, isMissing: false };
}
