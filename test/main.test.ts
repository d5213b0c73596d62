import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test('who reads no more of the output closes it, and nothing is wrong', async () => {
  const program = spawn(process.execPath, ['src/main.ts', 'schema']);
  program.stdout.destroy(); // Long before anything is written.
  const [said, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect({ code, said }).toEqual({ code: 0, said: '' });
});
