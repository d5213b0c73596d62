import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { request } from '../support/raw-client.ts';
import { SENTENCE, startScene } from './login.ts';

const POST = 'POST /login HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Length: 2\r\n\r\nhi';

const PAGES = [
  {
    name: 'the page of the incident',
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html><html><head><title>Log in</title><script src="/a.js"></script></head><body>
<form method="post"><div class="alert alert-danger">
  <button class="close">&times;</button>The credentials that you
  provided are <strong>not</strong>&nbsp;correct.</div></form></body></html>`,
  },
  {
    name: 'a page rendered by React',
    type: 'text/html',
    body: '<!doctype html><div id="root"><p role="alert">The <!-- -->credentials<!-- --> that you provided are not correct.</p></div>',
  },
  {
    name: "Inertia's page object",
    type: 'text/html; charset=UTF-8',
    body: `<body><div id="app" data-page="{&quot;component&quot;:&quot;Login&quot;,&quot;props&quot;:{&quot;errors&quot;:{&quot;email&quot;:&quot;${SENTENCE}&quot;}}}"></div>`,
  },
  {
    name: "Next.js' data",
    type: 'text/html',
    body: `<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"e":"The credentials that you provided are not\\u0020correct."}}</script>`,
  },
  {
    name: "ASP.NET's ISO-8859-1",
    type: 'text/html; charset=iso-8859-1',
    body: Buffer.from(
      `<p>\u00a0\u00e9\u00e8</p><li>${SENTENCE.replace(' ', '\u00a0')}</li>`,
      'latin1',
    ),
  },
  { name: 'UTF-16', type: 'text/html', body: Buffer.from(`\ufeff<p>${SENTENCE}</p>`, 'utf16le') },
  {
    name: 'JSON',
    type: 'application/json',
    body: `{"errors":[{"detail":"The credentials\\u00a0that you provided are not correct."}]}`,
  },
  { name: 'plain text', type: 'text/plain', body: `error:\n  ${SENTENCE}\n` },
  {
    name: "Turbo's stream",
    type: 'text/vnd.turbo-stream.html',
    body: `<turbo-stream action="replace"><template><em>${SENTENCE}</em></template></turbo-stream>`,
  },
] as const;

/** However it travels: whole, compressed, or in pieces that part words and characters. */
const WAYS = [
  {
    way: 'whole',
    encode: (body: Buffer) => body,
    coding: null,
    pieceBytes: Number.POSITIVE_INFINITY,
  },
  { way: 'in pieces', encode: (body: Buffer) => body, coding: null, pieceBytes: 7 },
  { way: 'with gzip, in pieces', encode: gzipSync, coding: 'gzip', pieceBytes: 5 },
  {
    way: 'with br',
    encode: brotliCompressSync,
    coding: 'br',
    pieceBytes: Number.POSITIVE_INFINITY,
  },
] as const;

const CASES = PAGES.flatMap((page) => WAYS.map((way) => ({ ...page, ...way })));

test.for(CASES)('$name, sent $way: replaced on evidence alone', async (sent) => {
  const body = sent.encode(Buffer.from(sent.body));
  const { url, app } = await startScene((_asked, response) => {
    response.writeHead(200, {
      'content-type': sent.type,
      ...(sent.coding === null ? {} : { 'content-encoding': sent.coding }),
    });
    const pieceBytes = Math.min(sent.pieceBytes, body.length);
    for (let at = 0; at < body.length; at += pieceBytes) {
      response.write(body.subarray(at, at + pieceBytes));
    }
    response.end();
  });

  const well = await request(url, POST);
  await app.refuse();
  const gone = await request(url, POST);

  expect(well.status).toBe(200);
  expect(Buffer.from(well.body, 'latin1').equals(body)).toBe(true);
  expect(gone.status).toBe(503);
  expect(gone.body).toMatch(/<h1[^>]*>You can(?:'|&#39;|’)t sign in right now<\/h1>/);
});

const MEMBERS = { 'error.code': 'invalid_credentials', 'errors.0.retry': false };

test.for([
  {
    name: 'all members',
    body: { error: { code: 'invalid_credentials' }, errors: [{ retry: false }] },
    status: 401,
    got: 503,
  },
  {
    name: 'one member of two',
    body: { error: { code: 'invalid_credentials' }, errors: [] },
    status: 401,
    got: 401,
  },
  {
    name: 'another value',
    body: { error: { code: 'locked' }, errors: [{ retry: false }] },
    status: 401,
    got: 401,
  },
  {
    name: 'another status',
    body: { error: { code: 'invalid_credentials' }, errors: [{ retry: false }] },
    status: 400,
    got: 400,
  },
  {
    name: 'broken JSON',
    body: '{"error":{"code":"invalid_credentials"},"errors":[{"retry":false}]',
    status: 401,
    got: 401,
  },
])(
  'with the application gone, a JSON reply with $name becomes $got',
  async ({ body, status, got }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { url, app, misleading } = await startScene(
      (_asked, response) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      { rules: { code: { status: [401], json: MEMBERS, dependsOn: ['app'] } } },
    );
    await app.refuse();
    const reply = await request(url, POST);
    expect(reply.status).toBe(got);
    if (got === 503) expect(misleading).toMatchObject([{ rule: 'code', matched: 'json' }]);
    else expect(reply.body).toBe(text);
  },
);

test.for([
  { status: 401, got: 503 },
  { status: 200, got: 200 },
])('a rule that names a status alone makes of a $status: $got', async ({ status, got }) => {
  const { url, app } = await startScene(
    (_asked, response) => response.writeHead(status, { 'content-type': 'image/png' }).end('no'),
    { rules: { refused: { status: [401], dependsOn: ['app'] } } },
  );
  await app.refuse();
  expect((await request(url, POST)).status).toBe(got);
});

test('of a hundred rules the one that knows the reply is followed', async () => {
  const rules = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `rule-${index}`,
      { body: `The credentials of kind ${index} are not correct.`, dependsOn: ['app'] },
    ]),
  );
  const { url, app, misleading } = await startScene(
    (_asked, response) => response.end('<p>The credentials of <b>kind 73</b> are not correct.'),
    { rules },
  );
  await app.refuse();
  expect((await request(url, POST)).status).toBe(503);
  expect(misleading).toMatchObject([{ rule: 'rule-73', matched: 'text' }]);
});
