import { expect, test } from 'vitest';
import { endpointOf } from '../../src/upstream/endpoint.ts';
import { Sample } from '../../src/upstream/sample.ts';

const ALL = Array.from({ length: 7 }, (_, index) => endpointOf(`http://10.0.0.${index + 1}:80`));

test('each endpoint is in one of three samples', () => {
  const sample = new Sample();
  const asked = [1, 2, 3].flatMap(() => [...sample.choose(ALL, [], true)]);
  expect(new Set(asked)).toEqual(new Set(ALL));
});

test('two of those there is hope for come first, or alone', () => {
  const sample = new Sample();
  const hopefuls = ALL.slice(-3);
  expect([...sample.choose(ALL, hopefuls, false)]).toEqual(hopefuls.slice(0, 2));
  expect([...sample.choose(ALL, hopefuls, true)]).toEqual([
    ...hopefuls.slice(0, 2),
    ...ALL.slice(0, 3),
  ]);
});

test('one that is gone is not asked, and one that lets four probes hang neither', () => {
  const sample = new Sample();
  const [gone, hung, other] = ALL;
  if (gone === undefined || hung === undefined || other === undefined) throw new Error('seven');
  for (let probe = 0; probe < 4; probe += 1) sample.began(hung);
  expect([...sample.choose([hung, other], [gone, hung, other], false)]).toEqual([other]);
  sample.ended(hung);
  expect([...sample.choose([hung, other], [gone, hung], false)]).toEqual([hung]);
});
