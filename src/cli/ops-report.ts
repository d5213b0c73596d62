import type { OpsPlace } from './ops-preview.ts';
import type { ReportAsk, ReportFound } from './report-ask.ts';

const PATIENCE_MS = 10_000;

/** Asks a running gateway for a report. Never rejects. */
export async function askForReport(
  { address, token }: OpsPlace,
  { id, format }: ReportAsk,
): Promise<ReportFound> {
  const named = encodeURIComponent(id ?? 'latest');
  const path =
    format === 'csv'
      ? `/api/unknown-outcomes.csv?incident=${named}`
      : `/api/incidents/${named}/report?format=${format}`;
  try {
    const reply = await fetch(new URL(path, address), {
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (reply.ok) return { text: await reply.text() };
    // A problem of ours, by its type; any other 404 is another program's.
    const isOurs = reply.headers.get('content-type')?.startsWith('application/problem+json');
    if (reply.status === 404 && isOurs === true) {
      return { fault: `${address} has no ${nameOf(id)}`, isMissing: true };
    }
    const why = reply.status === 401 ? ': it asks for its token' : '';
    return { fault: `${address} answers ${reply.status}${why}`, isMissing: false };
  } catch {
    return { fault: `${address} does not answer`, isMissing: false }; // Refused, too slow, or cut off.
  }
}

/** What is missing, in words. */
export function nameOf(id: string | null): string {
  return id === null ? 'incident yet' : `incident ${id}`;
}
