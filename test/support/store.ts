import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../src/outage/store.ts';
import { linesInto } from './log-lines.ts';

/** A folder for the running test. */
export async function storeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store for the running test, and the lines of its log. */
export async function testStore(
  file = 'memory',
): Promise<{ store: Store; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const store = await openStore({ file, log: linesInto(lines) });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return { store, lines };
}
