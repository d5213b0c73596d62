import { Client } from 'undici';
import type { EngineAddress } from '../config/upstream-settings.ts';

/** What the Engine said, as JSON, or the code of why there is no answer. */
export type Said = { readonly value: unknown } | { readonly code: string };

/** What is done with a stream of JSON values, one a line. */
export interface StreamReader {
  readonly onOpen: () => void;
  readonly onValue: (value: unknown) => void;
}

/** More than two thousand tasks; what is longer is no answer to what was asked. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_LINE_CHARS = 256 * 1024;
const OPEN_LIMIT_MS = 2_000;
const NOT_JSON = 'NOT_JSON';
const TOO_LARGE = 'TOO_LARGE';

/**
 * The API of a Docker Engine, by GET alone: nothing here can change what the Engine does.
 *
 * Paths have no version, so the Engine speaks its own: since Engine 29 the oldest that it takes is
 * younger than the newest of Engine 20.10.
 */
export class EngineClient {
  readonly #client: Client;
  /** A stream holds its connection; questions have one of their own. */
  readonly #streaming: Client;

  constructor(address: EngineAddress) {
    this.#client = clientOf(address);
    this.#streaming = clientOf(address);
  }

  /** Asks once. Never rejects; ends when `stop` aborts, which is where its time limit comes from. */
  async ask(path: string, stop: AbortSignal): Promise<Said> {
    try {
      const request = { method: 'GET', path, signal: stop } as const;
      const { statusCode, body } = await this.#client.request(request);
      if (statusCode !== 200) {
        await body.dump();
        return { code: `HTTP_${statusCode}` };
      }
      return await jsonOf(body);
    } catch (error) {
      return { code: codeOf(error) };
    }
  }

  /** Reads a stream to its end, and returns the code of why it ended. Never rejects. */
  async follow(path: string, reader: StreamReader, stop: AbortSignal): Promise<string> {
    try {
      const request = { method: 'GET', path, signal: stop, bodyTimeout: 0 } as const;
      const { statusCode, body } = await this.#streaming.request(request);
      if (statusCode !== 200) {
        await body.dump();
        return `HTTP_${statusCode}`;
      }
      reader.onOpen();
      return await readLines(body, reader.onValue);
    } catch (error) {
      return codeOf(error);
    }
  }

  /** Ends what is under way, and closes the connections. */
  async destroy(): Promise<void> {
    await Promise.all([this.#client.destroy(), this.#streaming.destroy()]);
  }
}

function clientOf(address: EngineAddress): Client {
  const options = { connect: { timeout: OPEN_LIMIT_MS }, headersTimeout: OPEN_LIMIT_MS };
  if (address.kind === 'socket') {
    return new Client('http://engine', { ...options, socketPath: address.path });
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return new Client(`http://${host}:${address.port}`, options);
}

async function jsonOf(body: AsyncIterable<Buffer>): Promise<Said> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return { code: TOO_LARGE }; // Leaving the loop closes the connection.
    chunks.push(chunk);
  }
  const value = parsed(Buffer.concat(chunks).toString('utf8'));
  return value === undefined ? { code: NOT_JSON } : { value };
}

async function readLines(
  body: AsyncIterable<Buffer>,
  onValue: (value: unknown) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (value === undefined) return NOT_JSON;
      onValue(value);
    }
    if (rest.length > MOST_LINE_CHARS) return TOO_LARGE;
  }
  return 'ENDED';
}

/** Undefined where the text is no JSON; no JSON text means undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller has a code for it.
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'EUNKNOWN';
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  if (error.name === 'AbortError') return 'ECANCELLED';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
}
