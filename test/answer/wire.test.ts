import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { Asker } from '../../src/answer/answer.ts';
import { CAUSES } from '../../src/outage/cause.ts';
import {
  answererOf,
  asker,
  belief,
  matter,
  NAVIGATION,
  route,
  settings,
  unanswered,
} from './samples.ts';

const POST = { method: 'POST' };
const ORIGIN = 'https://portal.example.com';

const FORMS: { headers: Record<string, string>; over: Partial<Asker> }[] = [
  { headers: {}, over: {} },
  { headers: NAVIGATION, over: {} },
  { headers: NAVIGATION, over: POST },
  { headers: { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' }, over: {} },
  { headers: { Accept: 'application/json', Origin: ORIGIN }, over: {} },
  { headers: { Accept: 'text/xml' }, over: {} },
  { headers: { SOAPAction: '' }, over: POST },
  { headers: { Accept: '*/*' }, over: { route: route({ errors: 'chargeover' }) } },
  { headers: { 'Content-Type': 'application/grpc' }, over: POST },
  { headers: { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' }, over: {} },
  { headers: { 'Sec-Fetch-Dest': 'image' }, over: { route: route({ kind: 'pixel' }) } },
  { headers: { 'Sec-Fetch-Dest': 'style' }, over: {} },
];

test('every form goes through node:http as it is, with the length that it promises', async () => {
  const brand = { ...settings().brand!, name: 'Größe 漢字 “x”' };
  const answerer = answererOf({ settings: settings({ brand }) });
  const matters = [
    ...CAUSES.map((cause) => matter({ cause })),
    ...CAUSES.map((cause) => unanswered({ cause })),
    matter({ belief: belief('suspect') }),
    matter({ reason: 'overload', cause: null, belief: null }),
  ];
  const answers = matters.flatMap((told) =>
    FORMS.map(({ headers, over }) => answerer.answer(asker(headers, over), told)),
  );
  const server = createServer((incoming, response) => {
    const answer = answers[Number(incoming.url?.slice(1))]!;
    response.strictContentLength = true;
    response
      .writeHead(answer.status, answer.reasonPhrase, [...answer.headers])
      .end(answer.body, 'latin1');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  for (const [index, answer] of answers.entries()) {
    const reply = await request(`http://127.0.0.1:${port}/${index}`);
    const bytes = Buffer.from(await reply.body.arrayBuffer());
    expect(bytes.equals(Buffer.from(answer.body as string, 'latin1'))).toBe(true);
    expect(reply.headers['content-length']).toBe(String(bytes.length));
  }
});
