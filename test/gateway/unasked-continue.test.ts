import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { connectRaw, request } from '../support/raw-client.ts';
import { type RawConnection, startRawUpstream } from '../support/raw-upstream.ts';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const WITH_FIELDS = 'HTTP/1.1 100 Continue\r\nServer: x\r\nDate: today\r\n\r\n';
const REPLY = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const WRITE = 'POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 5\r\n\r\nhello';

/** Replies to each whole write, one piece in each turn of the loop: so each is read by itself. */
function replyingIn(pieces: Iterable<string>): (connection: RawConnection) => void {
  return ({ socket, received }) => {
    if (!received.endsWith('hello')) return;
    socket.setNoDelay(true);
    const left = [...pieces];
    const sendNext = () => {
      socket.write(left.shift() ?? '', 'latin1');
      if (left.length > 0) setImmediate(sendNext);
    };
    setImmediate(sendNext);
  };
}

test.for([
  { name: 'in one packet with the reply', pieces: [WITH_FIELDS + REPLY] },
  { name: 'in a packet of its own', pieces: [WITH_FIELDS, REPLY] },
  { name: 'cut in the status line', pieces: ['HTTP', CONTINUE.slice(4), REPLY] },
  { name: 'cut in the fields', pieces: [WITH_FIELDS.slice(0, 30), WITH_FIELDS.slice(30) + REPLY] },
  { name: 'cut in its end', pieces: [CONTINUE.slice(0, -1), `\n${REPLY}`] },
  {
    name: 'three times, the last one cut',
    pieces: [`${CONTINUE}${CONTINUE}HTTP/1.1 1`, `${CONTINUE.slice(10)}${REPLY}`],
  },
  { name: 'twice, one byte at a time', pieces: CONTINUE + WITH_FIELDS + REPLY },
  { name: 'not at all, one byte at a time', pieces: REPLY },
])(
  'a 100 (Continue) that comes $name does not stand for the reply to a write',
  async ({ pieces }) => {
    const upstream = await startRawUpstream(replyingIn(pieces));
    const { url } = await startGateway(oneUpstream([upstream.url]));

    const replies = [await request(url, WRITE), await request(url, WRITE)];

    expect(replies.map(({ status, body }) => [status, body])).toEqual([
      [200, 'hello'],
      [200, 'hello'],
    ]);
  },
);

test('informational replies of another kind still go on, cut where they may be a 100', async () => {
  const upstream = await startRawUpstream(
    replyingIn(['HTTP/1.1 10', '3 Early Hints\r\nLink: </a>\r\n\r\n', REPLY]),
  );
  const { url } = await startGateway(oneUpstream([upstream.url]));
  const client = await connectRaw(url);
  client.send(WRITE);

  expect((await client.response()).status).toBe(103);
  expect((await client.response()).body).toBe('hello');
});

test.for<{ name: string; reply: (socket: Socket) => void }>([
  { name: 'never ends', reply: (socket) => socket.write(WITH_FIELDS.slice(0, -4).padEnd(70_000)) },
  { name: 'breaks off', reply: (socket) => socket.end(CONTINUE.slice(0, -4)) },
])('a 100 (Continue) that $name is no reply', async ({ reply }) => {
  const upstream = await startRawUpstream(({ socket, received }) => {
    if (received.endsWith('hello')) reply(socket);
  });
  const { url } = await startGateway(oneUpstream([upstream.url]), { isQuiet: true });

  expect((await request(url, WRITE)).status).toBe(502);
});
