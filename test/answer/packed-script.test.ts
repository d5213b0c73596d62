import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packedScript } from '../../src/answer/packed-script.ts';

test.for([
  { script: '// a comment\nconst one = (two) => two + 1;', packed: 'let one=two=>two+1;' },
  { script: "say('a  =  b; // c');", packed: "say('a  =  b; // c');" },
  { script: 'say(`a  =  b`);', packed: 'say(`a  =  b`);' },
  {
    script: 'if (one) {\n  two();\n} else three in four;',
    packed: 'if(one){two()}else three in four;',
  },
])('$script is sent as $packed', ({ script, packed }) => {
  expect(packedScript(script)).toBe(packed);
});

test('the script of the page is whole without its blanks', () => {
  const script = readFileSync(new URL('../../templates/page.js', import.meta.url), 'utf8');
  const packed = packedScript(script);
  expect(packed).not.toMatch(/\n|\/\/ /);
  // Throws what is no script.
  expect(() => new Function(packed)).not.toThrow();
});
