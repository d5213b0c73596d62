import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a client got: the reply, an answer that was made for it, or something raw. */
export type Got = 'reply' | 'answer' | 'raw';

/** One request and what came of it; times are milliseconds since the epoch. */
export interface Outcome {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly got: Got;
  /** The status, or the code of the error. */
  readonly what: string;
}

/** A client whose patience is over counts as one that saw a raw error. */
const PATIENCE_MS = 10_000;
const EVERY_MS = 10;
/** Each tenth request is a POST, the others are a browser's. */
const POST_EVERY = 10;

/**
 * Sends 100 requests a second, whether those before are answered or not, and remembers what came of
 * each: a load that does not wait for the proxy shows what its users see.
 */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #port: number;
  readonly #isAnswer: (reply: IncomingMessage, body: string) => boolean;
  readonly #agent = new Agent({ keepAlive: true, timeout: 60_000 });
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;

  /** `isAnswer` tells the proxy's own answer, made for people, from a raw error. */
  constructor(port: number, isAnswer: (reply: IncomingMessage, body: string) => boolean) {
    this.#port = port;
    this.#isAnswer = isAnswer;
  }

  start(): void {
    let dueAt = performance.now();
    this.#timer = setInterval(() => {
      for (; dueAt <= performance.now(); dueAt += EVERY_MS) this.#send();
    }, EVERY_MS);
  }

  /** Sends no more, and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer ?? undefined);
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  #send(): void {
    this.#sent += 1;
    const exchange = this.#exchange(this.#sent).then((outcome) => {
      this.outcomes.push(outcome);
      this.#running.delete(exchange);
    });
    this.#running.add(exchange);
  }

  async #exchange(number: number): Promise<Outcome> {
    const sentAt = Date.now();
    const { got, what } = await this.#ask(number).catch((error: NodeJS.ErrnoException) => ({
      got: 'raw' as const,
      what: error.code ?? error.message,
    }));
    return { sentAt, endedAt: Date.now(), got, what };
  }

  async #ask(number: number): Promise<Pick<Outcome, 'got' | 'what'>> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const method = number % POST_EVERY === 0 ? 'POST' : 'GET';
    const asked = request({
      host: '127.0.0.1',
      port: this.#port,
      agent: this.#agent,
      method,
      path: `/${number}`,
      headers: { accept: 'text/html,application/xhtml+xml', host: 'bench.test' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    asked
      .once('response', resolve)
      .on('error', reject)
      .end(method === 'POST' ? 'amount=10' : '');
    const reply = await promise;
    const body = await text(reply);
    const what = String(reply.statusCode);
    if (reply.statusCode === 200) return { got: 'reply', what };
    return { got: this.#isAnswer(reply, body) ? 'answer' : 'raw', what };
  }
}
