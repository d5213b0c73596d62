import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApplication } from '../../src/demo/application.ts';
import { readFrame } from '../../src/demo/web-socket.ts';
import { sendRaw } from './raw-exchange.ts';

async function start(): Promise<string> {
  const application = await startApplication({ host: '127.0.0.1', port: 0, name: 'app-1' });
  onTestFinished(() => application.close());
  return application.url;
}

async function open(): Promise<WebSocket> {
  const client = new WebSocket(`${(await start()).replace('http', 'ws')}/ws`);
  onTestFinished(() => client.terminate());
  await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
  return client;
}

test.for([0, 1, 125, 126, 127, 65_535, 65_536])(
  'a message of %i bytes comes back',
  async (length) => {
    const client = await open();
    const message = Buffer.alloc(length, 'candor');

    const echoed = new Promise<Buffer>((resolve) => client.once('message', resolve));
    client.send(message);

    expect(message.equals(await echoed)).toBe(true);
  },
);

test('text stays text, in the order in which it was sent, and fragments are joined', async () => {
  const client = await open();
  const messages: string[] = [];
  const all = new Promise<void>((resolve) => {
    client.on('message', (data, isBinary) => {
      messages.push(`${isBinary ? 'binary' : 'text'} ${data}`);
      if (messages.length === 3) resolve();
    });
  });

  client.send('one');
  client.send('tw', { fin: false });
  client.send('o', { fin: true });
  client.send('drei – 3');

  await all;
  expect(messages).toEqual(['text one', 'text two', 'text drei – 3']);
});

test('a ping is answered with its own bytes', async () => {
  const client = await open();

  const pong = new Promise<Buffer>((resolve) => client.once('pong', resolve));
  client.ping('still there?');

  expect(String(await pong)).toBe('still there?');
});

test('a close is answered with the same code', async () => {
  const client = await open();

  const closed = new Promise((resolve) => client.once('close', resolve));
  client.close(4000, 'enough');

  expect(await closed).toBe(4000);
});

test('a message that is too large closes the connection with 1009', async () => {
  const client = await open();

  const closed = new Promise((resolve) => client.once('close', resolve));
  client.send(Buffer.alloc(65_537));

  expect(await closed).toBe(1009);
});

const UPGRADE =
  'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

test('the handshake is that of RFC 6455, section 1.3, and an unmasked frame closes with 1002', async () => {
  const { received } = await sendRaw(await start(), Buffer.from(`${UPGRADE}\x81\x01a`, 'latin1'));

  expect(received).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n');
  expect(received.endsWith('\x88\x02\x03\xea')).toBe(true);
});

test('any bytes are read as a frame, as not yet one, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const reading = readFrame(Buffer.from(bytes));
      if (reading.kind === 'frame') {
        expect(reading.frame.bytes).toBeLessThanOrEqual(bytes.length);
        expect(reading.frame.payload.length).toBeLessThan(reading.frame.bytes);
      }
      if (reading.kind === 'refused') expect([1002, 1009]).toContain(reading.code);
    }),
  );
});
