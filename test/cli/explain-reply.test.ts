import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { explain } from '../../src/cli/explain.ts';
import { readReplyFile } from '../../src/cli/reply-file.ts';
import { startLoginSite } from '../../src/demo/login-site.ts';
import { caught, type Outcome } from './caught.ts';

const SENTENCE = 'The credentials that you provided are not correct.';
const SETTINGS = `
statusPage: { url: https://status.example.com }
upstreams:
  app: { endpoints: [http://127.0.0.1:9] }
  login: { endpoints: [http://127.0.0.1:9] }
routes:
  - { host: app.example.com, path: /login, upstream: login, misleading: [credentials, code, moved] }
  - { host: app.example.com, upstream: app }
misleading:
  credentials: { status: [200, 401], body: "${SENTENCE}", dependsOn: [app], holdBack: [POST] }
  code: { json: { error.code: invalid_credentials }, dependsOn: [app, login] }
  moved: { redirect: "/login?error=*", dependsOn: [app] }
limits: { inspectBytes: 4KiB }
`;
const URL = 'https://app.example.com/login';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candor-explain-'));
  await writeFile(join(folder, 'candor.yaml'), SETTINGS);
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true }));
});

const run = (...args: readonly string[]) => caught(explain, args);

async function tried(reply: string | Buffer, ...more: readonly string[]): Promise<Outcome> {
  await writeFile(join(folder, 'reply.txt'), reply);
  const config = ['--config', join(folder, 'candor.yaml')];
  return run(URL, '--reply', join(folder, 'reply.txt'), ...config, ...more);
}

function replyOf(body: string | Buffer, ...fields: readonly string[]): Buffer {
  const head = ['HTTP/1.1 200 OK', 'Content-Type: text/html', ...fields, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

test('a reply that a rule knows is explained from the route to the answer', async () => {
  const { code, stdout } = await tried(
    replyOf(`<p>Sorry. ${SENTENCE.replaceAll(' ', '&nbsp;')}</p>`),
  );

  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'POST https://app.example.com/login',
    expect.stringMatching(/^reply: 200, text\/html, \d+ bytes$/),
    'route: routes[0], app.example.com, /login, to login',
    '',
    'rule credentials: matches by text',
    `  sentence in the text: "Sorry. ${SENTENCE}"`,
    '  POST is not forwarded at all while app is down',
    'rule code: does not match',
    '  the body is no JSON',
    'rule moved: does not match',
    '  no redirect to /login?error=*: status 200, no Location',
    '',
    'The reply passes as it is, unless there is evidence: app is suspect or down when the request or the reply comes, or fails a check made then.',
    'Then the client gets',
    expect.stringMatching(/^ {2}a browser: 503 .*status\.example\.com\/ \(text\/html/),
    expect.stringMatching(/^ {2}a program: 503 .*\(application\/\S*json/),
    '',
  ]);
});

test.for([
  { name: 'gzip', reply: replyOf(gzipSync(SENTENCE), 'Content-Encoding: gzip') },
  { name: 'br', reply: replyOf(brotliCompressSync(SENTENCE), 'Content-Encoding: br') },
  { name: 'curl --compressed', reply: replyOf(SENTENCE, 'Content-Encoding: gzip') },
  { name: 'LF alone', reply: replyOf(SENTENCE).toString().replaceAll('\r\n', '\n') },
  { name: 'HTTP/2', reply: `HTTP/2 200 \r\ncontent-type: text/html\r\n\r\n${SENTENCE}` },
  {
    name: 'an interim reply first',
    reply: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${replyOf(SENTENCE)}`,
  },
  { name: 'curl -iL', reply: `HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n${replyOf(SENTENCE)}` },
])('a reply is read in the form of $name', async ({ reply }) => {
  const { code, stdout } = await tried(reply, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).rules[0]).toMatchObject({ rule: 'credentials', matched: 'text' });
});

test.for([
  {
    name: 'members of JSON',
    reply:
      'HTTP/1.1 422 No\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"invalid_credentials"}}',
    rule: { rule: 'code', matched: 'json', why: ['members: error.code is "invalid_credentials"'] },
  },
  {
    name: 'a redirect',
    reply: 'HTTP/1.1 302 Found\r\nLocation: /login?error=1\r\n\r\n',
    rule: {
      rule: 'moved',
      matched: 'redirect',
      why: ['Location /login?error=1 is /login?error=*'],
    },
  },
])('$name: said by what the rule knows the reply', async ({ reply, rule }) => {
  const { code, stdout } = await tried(reply, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).rules).toContainEqual(expect.objectContaining(rule));
  expect(JSON.parse(stdout).answers).toHaveLength(2);
});

test.for([
  {
    name: 'another sentence',
    reply: replyOf('Welcome'),
    says: `the sentence "${SENTENCE}" is not in it`,
  },
  {
    name: 'another status',
    reply: `HTTP/1.1 500 No\r\n\r\n${SENTENCE}`,
    says: 'the status 500 is none of 200, 401',
  },
  {
    name: 'another member',
    reply: 'HTTP/1.1 200 OK\r\n\r\n{"error":{"code":"locked"}}',
    says: 'error.code is "locked", not "invalid_credentials"',
  },
  {
    name: 'no member',
    reply: 'HTTP/1.1 200 OK\r\n\r\n{"error":{}}',
    says: 'error.code is not there, not "invalid_credentials"',
  },
  {
    name: 'another place',
    reply: 'HTTP/1.1 302 Found\r\nLocation: /home\r\n\r\n',
    says: 'Location /home is not /login?error=*',
  },
  {
    name: 'a picture',
    reply: `HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n${SENTENCE}`,
    says: 'a body of type image/png is not looked into',
  },
  {
    name: 'a long body',
    reply: replyOf(SENTENCE.repeat(100)),
    says: 'longer than limits.inspectBytes (4096 bytes): it passes untouched',
  },
  {
    name: 'a body that cannot be read',
    reply: replyOf(Buffer.of(0xff, 0xfe, 0xfd), 'Content-Encoding: br'),
    says: 'not readable as br',
  },
  {
    name: "an outage's status",
    reply: `HTTP/1.1 503 No\r\n\r\n${SENTENCE}`,
    says: "503 is one of the upstream's outageStatuses: rules are not asked",
  },
])('with $name nothing matches, and it is said why', async ({ reply, says }) => {
  const { code, stdout } = await tried(reply);
  expect(code).toBe(1);
  expect(stdout).toContain(says);
  expect(stdout).toMatch(/The reply passes as it is, whatever is down\.\n$/);
});

test.for([
  { url: 'https://other.example.com/login', says: 'no route of the settings matches this request' },
  {
    url: 'https://app.example.com/invoices',
    says: 'the route has no rules for misleading replies',
  },
])('of $url: $says', async ({ url, says }) => {
  await writeFile(join(folder, 'reply.txt'), replyOf(SENTENCE));
  const files = ['--reply', join(folder, 'reply.txt'), '--config', join(folder, 'candor.yaml')];
  const { code, stdout } = await run(url, ...files);
  expect([code, stdout]).toEqual([1, expect.stringContaining(says)]);
});

test('of a page that was asked for, evidence of a few seconds before counts, and is said to', async () => {
  const { stdout } = await tried(replyOf(SENTENCE), '--method', 'get');
  expect(stdout).toMatch(/^GET https/);
  expect(stdout).toContain(', or was within 5 s before, or fails a check made then.');
});

test.for([
  {
    name: 'no reply at all',
    reply: '',
    says: ':1: found the end of the file, expected a status line',
  },
  {
    name: 'a page alone',
    reply: '<!doctype html>\n<p>',
    says: ':1: found "<!doctype html>", expected a status line such as HTTP/1.1 200 OK',
  },
  {
    name: 'a broken field',
    reply: 'HTTP/1.1 200 OK\nA: b\n<p>\n',
    says: ':3: found "<p>", expected a field such as Content-Type: text/html',
  },
  {
    name: 'a transfer coding that no client reads',
    reply: 'HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n',
    says: ':2: found "Transfer-Encoding: gzip, chunked", expected no transfer coding but chunked',
  },
])('a file with $name is refused with its line', async ({ reply, says }) => {
  const { code, stderr } = await tried(reply);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`reply.txt${says}`)]);
});

test.for([
  { args: [], says: 'one URL is expected' },
  { args: [URL, '--reply', 'x', '--as', 'curl'], says: '--reply goes with --config' },
  { args: ['/login', '--reply', 'x'], says: '"/login" is no URL' },
  { args: [URL, '--reply', 'x', '--method', 'a b'], says: '"a b" is no method' },
  { args: [URL, '--replies', 'x'], says: "Unknown option '--replies'" },
])('wrong use, $args, ends with 2: $says', async ({ args, says }) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^candor explain: /);
  expect(stderr).toContain(says);
  expect(stderr).toContain('candor explain URL --reply FILE');
});

test('files that are not there, and wrong settings, are named', async () => {
  const config = join(folder, 'candor.yaml');
  expect(await run(URL, '--config', config, '--reply', join(folder, 'none'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('none'),
  });
  await writeFile(config, 'upstreams: {}');
  expect(await tried('')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/candor\.yaml:1:/),
  });
});

test('help is printed on demand', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage:') });
});

test('the reply that curl prints can be piped in, and nothing keeps the command from ending', async () => {
  const server = createServer((_asked, response) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: SENTENCE })),
  );
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const main = resolve(import.meta.dirname, '../../src/main.ts');
  const command = `curl -si http://127.0.0.1:${port}/ | "${process.execPath}" "${main}" explain ${URL} --reply - --config candor.yaml`;

  const shell = spawn('sh', ['-c', command], { cwd: folder });
  const [stdout, code] = await Promise.all([
    text(shell.stdout),
    new Promise((ended) => shell.once('close', ended)),
  ]);

  expect(stdout).toContain('rule credentials: matches by data');
  expect(code).toBe(0);
});

test("the example on the page is what is printed of the demo's login site", async () => {
  const site = await startLoginSite({ host: '127.0.0.1', port: 0, backendUrls: [] });
  onTestFinished(() => site.close());
  const asked = ['-si', '-H', 'Accept: text/html', '-d', 'email=demo@example.com&password=wrong'];
  const curl = spawn('curl', [...asked, `${site.url}/login`]);
  await writeFile(join(folder, 'reply.txt'), await text(curl.stdout));
  const docs = resolve(import.meta.dirname, '../../docs');
  const page = await readFile(join(docs, 'misleading.md'), 'utf8');
  const [, example] = /```text\n([\s\S]+?)```/.exec(page) ?? [];

  const files = [
    '--reply',
    join(folder, 'reply.txt'),
    '--config',
    join(docs, 'candor.example.yaml'),
  ];
  const { stdout } = await run('https://app.chargeover.com/login', ...files);

  expect(stdout).toBe(example);
});

test('no file makes the reader throw', () => {
  const pieces = fc.constantFrom('HTTP/1.1 ', '200', '100', ' OK', '\r\n', '\n', 'A: b', ':', 'x');
  const files = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(pieces).map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(files, (file) => {
      const read = readReplyFile(file, 'GET');
      if ('line' in read) expect(read.line).toBeGreaterThan(0);
      else expect(read.head.status).toBeGreaterThanOrEqual(100);
    }),
  );
});
