import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { call } from './client.ts';
import type { Door } from './engine.ts';
import { waitFor } from './wait.ts';

/** The gateway's report on the incident, in each form. */
export interface SwarmReport {
  readonly facts: ReportFacts;
  readonly md: string;
  readonly html: string;
}

/** The part of the JSON that is held against the truth. */
interface ReportFacts {
  readonly status: string;
  readonly startedAt: string;
  readonly detectedAt: string;
  readonly resolvedAt: string;
  readonly components: readonly string[];
  readonly causes: readonly { readonly cause: string }[];
  readonly impact: readonly { readonly what: string; readonly value: string }[];
  readonly updates: readonly { readonly status: string; readonly text: string }[];
  readonly steps: readonly {
    readonly at: string;
    readonly spanMs: number;
    readonly notProcessed: number;
    readonly unknown: number;
  }[];
}

const FOLDER = fileURLToPath(new URL('../../docs/reports/', import.meta.url));

/** Asks for the report on the application's incident, once the chart has its end. */
export async function takeReport(ops: Door, token: string): Promise<SwarmReport> {
  const get = async (path: string): Promise<string> => {
    const headers = { Host: 'ops.example.com', Authorization: `Bearer ${token}` };
    const { status, body } = await call(ops, { method: 'GET', path, headers });
    if (status !== 200) throw new Error(`GET ${path}: ${status}: ${body}`);
    return body;
  };
  const { incidents }: { incidents: readonly { id: string; upstream: string }[] } = JSON.parse(
    await get('/api/incidents'),
  );
  const id = incidents.find(({ upstream }) => upstream === 'app')?.id ?? 'none';
  const path = `/api/incidents/${id}/report`;
  const read = async (): Promise<ReportFacts> => JSON.parse(await get(path));
  await waitFor(async () => isWhole(await read()), {
    what: 'the steps of the chart up to the end of the incident',
    withinMs: 20_000,
    everyMs: 500,
  });
  const report = {
    facts: await read(),
    md: await get(`${path}?format=md`),
    html: await get(`${path}?format=html`),
  };
  if (process.env.CANDOR_SWARM_REPORT === 'keep') await keep(report);
  return report;
}

function isWhole({ steps, resolvedAt }: ReportFacts): boolean {
  const last = steps.at(-1);
  return last !== undefined && Date.parse(last.at) + last.spanMs >= Date.parse(resolvedAt);
}

/** Where the documents link to it. */
async function keep({ md, html }: SwarmReport): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}swarm-replay.md`, md);
  await writeFile(`${FOLDER}swarm-replay.html`, html);
}
