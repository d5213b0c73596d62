import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a stream of server-sent events has said in one block. */
interface Block {
  /** The value of each field; a comment is the value of ``. */
  readonly fields: Readonly<Record<string, string>>;
  /** The `data` as JSON; null where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects to be there.
  readonly state: any;
}

/** A client of `GET /_candor/events`. */
export interface EventClient {
  readonly reply: IncomingMessage;
  /** All that has come so far. */
  readonly blocks: readonly Block[];
  /** Waits for the next block that was not taken yet. */
  next(): Promise<Block>;
  /** Waits until the stream has ended; whether it ended in order. */
  ended(): Promise<boolean>;
  leave(): void;
}

/** Opens a stream, and waits for its head. It is left when the running test is over. */
export async function openEvents(url: string): Promise<EventClient> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked: ClientRequest = request(url, {
    headers: { accept: 'text/event-stream' },
    agent: false,
  });
  asked.on('response', resolve).on('error', reject).end();
  onTestFinished(() => void asked.destroy());
  const reply = await promise;
  const blocks: Block[] = [];
  let taken = 0;
  let rest = '';
  let wake = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<boolean>();
  reply.setEncoding('utf8');
  reply.on('data', (text: string) => {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    blocks.push(...parts.map(blockOf));
    wake.resolve();
    wake = Promise.withResolvers();
  });
  reply.on('error', () => ending.resolve(false)).on('end', () => ending.resolve(true));
  return {
    reply,
    blocks,
    async next() {
      for (;;) {
        const block = blocks[taken];
        if (block !== undefined) {
          taken += 1;
          return block;
        }
        await wake.promise;
      }
    },
    ended: () => ending.promise,
    leave: () => void asked.destroy(),
  };
}

function blockOf(text: string): Block {
  const fields = Object.fromEntries(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { fields, state: fields.data === undefined ? null : JSON.parse(fields.data) };
}
