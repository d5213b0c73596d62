import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { hasProgram } from './has-program.ts';

const UNIT = join(import.meta.dirname, '../../deploy/systemd/candor.service');

/** The lines of the unit: a directive may stand there more than once. */
async function directives(): Promise<[name: string, value: string][]> {
  const text = await readFile(UNIT, 'utf8');
  return [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
}

test('the unit runs the program without rights, starts it again, and has it drain and reload', async () => {
  const unit = Object.fromEntries(await directives());
  expect(unit).toMatchObject({
    Type: 'exec',
    DynamicUser: 'yes',
    NoNewPrivileges: 'yes',
    ProtectSystem: 'strict',
    CapabilityBoundingSet: 'CAP_NET_BIND_SERVICE',
    StateDirectory: 'candor',
    ExecReload: '/bin/kill -HUP $MAINPID',
    Restart: 'always',
    // What `candor run --help` says of settings that are refused.
    RestartPreventExitStatus: '2',
    StartLimitIntervalSec: '0',
  });
  expect(unit).toHaveProperty(
    'ExecStart',
    expect.stringMatching(/ \/opt\/candor\/dist\/main\.js run --config \S+$/),
  );
  expect(unit).not.toHaveProperty('MemoryDenyWriteExecute');
  expect(unit).not.toHaveProperty('User');
});

const hasAnalyze = hasProgram('systemd-analyze', '--version');

test.skipIf(!hasAnalyze)(
  'systemd takes the unit, and calls it well protected (skipped: no systemd-analyze)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-systemd-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'candor.service');
    // The one thing that is the machine's: where its Node is.
    const unit = await readFile(UNIT, 'utf8');
    await writeFile(file, unit.replace('/usr/bin/node', process.execPath));
    const analyze = promisify(execFile);
    const said = await analyze('systemd-analyze', ['verify', '--man=no', file]);
    expect(said.stdout + said.stderr).toBe('');
    const threshold = ['--offline=true', '--threshold=20'];
    const { stdout } = await analyze('systemd-analyze', ['security', ...threshold, file]);
    expect(stdout).toContain('Overall exposure level');
  },
);
