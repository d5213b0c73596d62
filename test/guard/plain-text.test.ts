import { expect, test } from 'vitest';
import { guardStack } from '../../src/guard/guard-stack.ts';
import { marked } from '../config/marked.ts';

const judged = (text: string) => guardStack({ text, file: 'stack.yml' }, { env: {} }).problems;

const withApp = (rest: string) => `services:\n  app:\n    image: nginx\n${rest}`;

test.for([
  {
    name: 'a quote that has lost its beginning',
    source: withApp('    user: »1000"\n'),
    message: /with a single "/,
  },
  {
    name: 'a bracket that has lost its beginning',
    source: withApp('    dns_search: »a, b]\n'),
    message: /with a single \]/,
  },
  {
    name: 'a dash that has lost its space',
    source: withApp('    command: »-"up"\n'),
    message: /a dash without a space/,
  },
  {
    name: 'an item one column too far to the right',
    source: withApp('    environment:\n      - »A=1\n       - B=2\n'),
    message: /^found "- B=2" as the end of the text before it/,
  },
  {
    name: 'an item that has lost its dash',
    source: withApp('    environment:\n      - »A=1\n       B=2\n'),
    message: /^found "B=2" as the end/,
  },
  {
    name: 'an item that has lost its line break',
    source: withApp('    environment:\n      - »A=1      - B=2\n'),
    message: /^found "- B=2" as the end/,
  },
  {
    name: 'a duration without a number',
    source: withApp('    stop_grace_period: »s\n'),
    message: /expected a duration/,
  },
  {
    name: 'a port without its second half',
    source: withApp('    ports:\n      - »"80:"\n'),
    message: /expected a port/,
  },
  {
    name: 'a truth value with a slip',
    source: withApp('    read_only: »tru\n'),
    message: /^found "tru", expected true or false/,
  },
])('$name is found', ({ source, message }) => {
  const { text, line, column } = marked(source);

  expect(judged(text)).toMatchObject([{ line, column, message: expect.stringMatching(message) }]);
});

test.for([
  { text: `    command: echo "a b" 'c'\n` },
  { text: "    hostname: it's\n" },
  { text: '    command: -H tcp://tasks.agent:9001 --tls\n' },
  { text: '    command: gunicorn\n      --workers 4\n      --bind :80\n' },
  { text: '    environment:\n      - A=one\n        two\n' },
  { text: '    command: ["a[0]", b[1]]\n'.replace('b[1]', '"b[1]"') },
  { text: '    labels:\n      - traefik.rule=Host(`a`) && PathPrefix(`/x[0]`)\n' },
  { text: '    hostname: "{{.Node.Hostname}}"\n' },
])('$text is left alone', ({ text }) => {
  expect(judged(withApp(text))).toEqual([]);
});
