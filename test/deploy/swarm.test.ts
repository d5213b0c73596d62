import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../src/cli/check.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/swarm');

test.for(['candor.yaml', 'by-engine.yaml'])('the settings in %s are good', async (name) => {
  vi.stubEnv('CANDOR_OPS_TOKEN', 'a-token-of-32-characters-as-it-is');
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await check([join(FOLDER, name)])).toBe(0);
  } finally {
    said.mockRestore();
    vi.unstubAllEnvs();
  }
});

test('only the proxy has the Engine’s socket, and lets nothing through but three lists', async () => {
  const { services, networks } = parse(await readFile(join(FOLDER, 'by-engine.yml'), 'utf8'));
  const { candor, engine } = services;
  expect(JSON.stringify(candor)).not.toContain('docker.sock');
  expect(engine.environment).toEqual({ SERVICES: 1, TASKS: 1, EVENTS: 1, POST: 0 });
  expect(engine.networks).toEqual(['engine']);
  expect(engine.ports).toBeUndefined();
  expect(networks.engine.internal).toBe(true);
});
