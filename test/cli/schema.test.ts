import { expect, onTestFinished, test, vi } from 'vitest';
import { schema } from '../../src/cli/schema.ts';

async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  let text = '';
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return { code: await schema(args), text };
}

test('the JSON Schema of the settings is printed, with sentences and defaults', async () => {
  const { code, text } = await run();

  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['upstreams'],
    additionalProperties: false,
    properties: {
      ops: { default: '127.0.0.1:9901', description: expect.stringContaining('operators') },
      limits: { properties: { keepAlive: { default: '75s' } } },
    },
  });
});

test('help is printed on demand, and after wrong use, which ends with 2', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, text: expect.stringContaining('Usage:') });
  expect(await run('--yaml')).toMatchObject({
    code: 2,
    text: expect.stringMatching(/^candor schema: Unknown option '--yaml'[\s\S]*Usage:/),
  });
  expect(await run('x')).toMatchObject({ code: 2 });
});
