import { readFileSync } from 'node:fs';

/** What the client of a write was told: the whole reply, that nothing was processed, or nothing certain. */
export type Told = 'processed' | 'not_processed' | 'unknown';

/** What the endpoints did with one write. */
export interface Deed {
  readonly times: number;
  readonly isIntact: boolean;
}

/** A write on which client and endpoints do not agree. */
export interface BadWrite {
  readonly kind: 'lost write' | 'doubled write' | 'denied write' | 'damaged write';
  readonly detail: string;
}

/**
 * Holds what clients were told of their writes against what the endpoints did: a reply means once,
 * `not_processed` never, and everything else once at most.
 */
export function judgeWrites(
  told: ReadonlyMap<string, Told>,
  deeds: ReadonlyMap<string, Deed>,
): BadWrite[] {
  const bad: BadWrite[] = [];
  const add = (kind: BadWrite['kind'], detail: string) => bad.push({ kind, detail });
  for (const [id, { times, isIntact }] of deeds) {
    const word = told.get(id);
    if (word === undefined) add('damaged write', `${id}: processed, and never sent`);
    if (times > 1)
      add('doubled write', `${id}: processed ${times} times, the client was told ${word}`);
    if (word === 'not_processed') add('denied write', `${id}: processed, the client was told not`);
    if (!isIntact) add('damaged write', `${id}: what was processed is not what was sent`);
  }
  for (const [id, word] of told) {
    if (word === 'processed' && !deeds.has(id)) {
      add('lost write', `${id}: the client has a reply, and no endpoint processed it`);
    }
  }
  return bad;
}

/** One line of a ledger, which an endpoint writes before it replies. */
export function ledgerLine(id: string, isIntact: boolean): string {
  return `${id} ${isIntact ? 'intact' : 'damaged'}\n`;
}

/** Reads the ledgers of all endpoints. */
export function readLedgers(files: readonly string[]): Map<string, Deed> {
  const deeds = new Map<string, Deed>();
  for (const line of files.flatMap(linesOf)) {
    const [id = '', state] = line.split(' ');
    const before = deeds.get(id) ?? { times: 0, isIntact: true };
    const isIntact = before.isIntact && state === 'intact';
    deeds.set(id, { times: before.times + 1, isIntact });
  }
  return deeds;
}

/** An endpoint that was killed has written whole lines: each is one `write`. */
function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
