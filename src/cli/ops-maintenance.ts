import { mapping } from '../config/untyped.ts';
import type { OpsPlace } from './ops-preview.ts';

/** What is asked of the switch. */
export interface SwitchAsk {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Path and query below the ops API's address. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Who asks, for the record of acts. */
  readonly by: string;
}

/** What came of it: `refused` by a gateway that understood it, `unheard` by anything else. */
export type SwitchWord =
  | { readonly kind: 'done'; readonly said: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused' | 'unheard'; readonly why: string };

const PATIENCE_MS = 5_000;
/** There is nothing to be switched off, no such upstream, or the wish cannot be granted. */
const REFUSALS: ReadonlySet<number> = new Set([404, 422]);

/** Asks the ops API of a running gateway. Never rejects. */
export async function askSwitch({ address, token }: OpsPlace, ask: SwitchAsk): Promise<SwitchWord> {
  const { method, path, body, by } = ask;
  try {
    const reply = await fetch(new URL(path, address), {
      method,
      headers: {
        Accept: 'application/json',
        // A field holds no other characters.
        'Candor-Operator': by.replace(/[^\x20-\x7e]/g, '?').slice(0, 64),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = mapping(await reply.json());
    if (said === undefined) return { kind: 'unheard', why: `${address} is no gateway of ours` };
    if (reply.ok) return { kind: 'done', said };
    const kind = REFUSALS.has(reply.status) ? 'refused' : 'unheard';
    return { kind, why: `${address} answers ${reply.status}: ${String(said.detail ?? '')}` };
  } catch {
    return { kind: 'unheard', why: `${address} does not answer` }; // Refused, too slow, or no JSON.
  }
}
