import { setTimeout as delay } from 'node:timers/promises';
import type { Chronicle } from './chronicle.ts';
import { inTurn, type Spell } from './faults.ts';
import type { Act, ActKind, Plan } from './plan.ts';
import type { Stage } from './stage.ts';
import { pageWithIncident, silentPage } from './status-documents.ts';

/** Does what the plan says that operators do, and returns the planned work among it. */
export async function runActs(plan: Plan, stage: Stage, chronicle: Chronicle): Promise<Spell[]> {
  const startedAt = performance.now();
  const works: Spell[] = [];
  let number = 0;
  let renewals = 0;
  const nextCertificate = () => {
    renewals += 1;
    return CERTIFICATES[renewals % CERTIFICATES.length] ?? 'app';
  };
  await inTurn(plan.acts, async (act) => {
    await delay(Math.max(0, startedAt + act.at - performance.now()));
    number += 1;
    const from = Date.now();
    try {
      await ACTS[act.kind]({ act, stage, number, nextCertificate });
    } catch (error) {
      chronicle.add('act without its effect', `${act.kind}: ${(error as Error).message}`);
    }
    if (act.kind === 'maintenance') {
      works.push({ upstream: act.upstream, what: act.kind, isTotal: true, from, to: Date.now() });
    }
    chronicle.count(`acts: ${act.kind}`);
  });
  return works;
}

interface Doing {
  readonly act: Act;
  readonly stage: Stage;
  /** Of this act among all. */
  readonly number: number;
  readonly nextCertificate: () => string;
}

const REFUSED = 'settings refused, the running ones stay';
/** One after the other, from the second on: each is another one than that before. */
const CERTIFICATES = ['app', 'renewed', 'wildcard', 'common-name'] as const;

/** Each resolves when its effect is seen, and taken back where it has an end; rejects where it is not. */
const ACTS: Readonly<Record<ActKind, (doing: Doing) => Promise<void>>> = {
  reload: async ({ stage, number }) => {
    await stage.write({ number });
    await signalled(stage, 'settings reloaded');
  },
  reload_by_api: async ({ stage, number }) => {
    await stage.write({ number });
    await ops(stage, 'POST', 'reload', 200);
  },
  other_upstreams: async ({ stage, number }) => {
    await stage.write({ number, holdMs: 500 + number });
    await signalled(stage, 'settings reloaded');
  },
  bad_settings: async ({ stage, number }) => {
    await stage.program.configure(' upstreams: { app: [nothing, ');
    await signalled(stage, REFUSED);
    await ops(stage, 'POST', 'reload', 422);
    await stage.write({ number });
  },
  maintenance: async ({ stage, act }) => {
    const path = `upstreams/${act.upstream}/maintenance`;
    await ops(stage, 'PUT', path, 200, { reason: 'soak', for: '5m' });
    await delay(act.forMs);
    await ops(stage, 'DELETE', path, 200);
  },
  certificate: async ({ stage, nextCertificate }) => {
    const from = stage.program.lines.length;
    await stage.certificates.replace(nextCertificate());
    await stage.program.logged('certificate reloaded', from);
  },
  bad_certificate: async ({ stage, nextCertificate }) => {
    const from = stage.program.lines.length;
    const next = nextCertificate();
    await stage.certificates.replace(next, next === 'app' ? 'renewed-key' : 'app-key');
    await stage.program.logged('certificate refused, the running one stays', from);
    await stage.certificates.replace(next);
    await stage.program.logged('certificate reloaded', from);
  },
  status_page_incident: (doing) => withPage(doing, pageWithIncident),
  status_page_garbage: (doing) => withPage(doing, 'garbage'),
  status_page_gone: (doing) => withPage(doing, 'unavailable'),
  status_page_hangs: (doing) => withPage(doing, 'hang'),
};

async function withPage(
  { stage: { statusPage }, act }: Doing,
  behaviour: Parameters<Stage['statusPage']['behave']>[0],
): Promise<void> {
  statusPage.behave(behaviour);
  await delay(act.forMs);
  statusPage.behave(silentPage);
}

async function signalled({ program }: Stage, msg: string): Promise<void> {
  const from = program.lines.length;
  program.signal('SIGHUP');
  await program.logged(msg, from);
}

async function ops(
  { program }: Stage,
  method: string,
  path: string,
  status: number,
  body: object | null = null,
): Promise<void> {
  const reply = await fetch(`${program.opsUrl}/api/${path}`, {
    method,
    ...(body === null
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await reply.text();
  if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
}
