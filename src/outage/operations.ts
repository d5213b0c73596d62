import type { Log } from '../log.ts';
import { type Act, ActLog } from './acts.ts';
import type { KeptMaintenance } from './maintenance.ts';
import { type MaintenanceChange, type MaintenanceKeeper, Maintenances } from './maintenances.ts';
import type { Store } from './store.ts';

/** What operations are given. */
export interface OperationsDeps {
  readonly store: Store;
  readonly log: Log;
  readonly clock: ConstructorParameters<typeof Maintenances>[0]['clock'];
  /** Called when what is closed for planned work may have changed. */
  readonly onChange: () => void;
}

/** Acts that are read from the store at the start. */
const ACTS_AT_HAND = 500;

/** What operators have done and declared: in memory for whoever asks, and in the store. */
export class Operations implements Disposable {
  readonly acts: ActLog;
  readonly maintenances: Maintenances;
  readonly #deps: OperationsDeps;

  constructor(deps: OperationsDeps) {
    const { store, log, clock } = deps;
    this.#deps = deps;
    this.acts = new ActLog(log, {
      keeper: { add: (act) => keepAct(store, act) },
      now: () => clock.now(),
    });
    this.maintenances = new Maintenances({
      clock,
      keeper: keeperIn(deps),
      onChange: (change) => this.#changed(change),
    });
  }

  /** Takes up what the store has. Never rejects: a store that cannot be read has told so by itself. */
  async restore(): Promise<void> {
    const { store, log, onChange } = this.#deps;
    try {
      const acts = await store.read<ActRow>('acts.latest', [ACTS_AT_HAND]);
      this.acts.restore(acts.toReversed().map(actOf));
      const kept = (await store.read<MaintenanceRow>('maintenances.on')).map(keptOf);
      if (kept.length === 0) return;
      this.maintenances.restore(kept);
      onChange();
    } catch (err) {
      // Serving comes first. Whoever declared planned work sees by the metric that it is not on.
      log.error({ err }, 'acts and maintenance could not be read');
    }
  }

  [Symbol.dispose](): void {
    this.maintenances[Symbol.dispose]();
  }

  #changed({ what, maintenance, who, why }: MaintenanceChange): void {
    this.acts.record({ who, what, upstream: maintenance.upstream, why });
    if (what !== 'bypass_issued') this.#deps.onChange();
  }
}

/** The time lines of the incidents that it falls into have it from the same table. */
function keepAct(store: Store, { at, who, what, upstream, why }: Act): void {
  store.write('acts.add', [at, who.name, who.through, what, upstream, why]);
}

interface ActRow extends Omit<Act, 'who'> {
  readonly name: string | null;
  readonly through: Act['who']['through'];
}

interface MaintenanceRow {
  readonly id: string;
  readonly upstream: string | null;
  readonly reason: string;
  readonly message: string | null;
  readonly declared_by: string;
  readonly started_at: number;
  readonly ends_at: number | null;
  readonly expires_at: number;
  readonly key: Uint8Array;
}

function actOf({ at, name, through, what, upstream, why }: ActRow): Act {
  return { at, who: { name, through }, what, upstream, why };
}

function keeperIn({ store, clock }: OperationsDeps): MaintenanceKeeper {
  return {
    put({ maintenance, key }) {
      const { id, upstream, reason, message, by, startedAt, endsAt, expiresAt } = maintenance;
      const row = [id, upstream, reason, message, by, startedAt, endsAt, expiresAt, key];
      store.write('maintenances.put', row);
    },
    drop: (id) => store.write('maintenances.end', [clock.now(), id]),
  };
}

function keptOf(row: MaintenanceRow): KeptMaintenance {
  const { id, upstream, reason, message } = row;
  const [by, startedAt] = [row.declared_by, row.started_at];
  const [endsAt, expiresAt] = [row.ends_at, row.expires_at];
  const maintenance = { id, upstream, reason, message, by, startedAt, endsAt, expiresAt };
  return { maintenance, key: Buffer.from(row.key) };
}
