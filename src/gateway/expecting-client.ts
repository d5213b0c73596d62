import type { Dispatcher } from 'undici';
import type { ClientRequest } from './client-message.ts';
import type { Outgoing, Sending } from './connections.ts';
import type { LightClient } from './light-client.ts';
import type { LightHandler } from './light-exchange.ts';
import { noReplyInTime } from './reply-deadline.ts';
import type { RequestBody } from './request-body.ts';

/** How long an endpoint is given for its word before the body is sent without it: what curl waits. */
const SILENT_MS = 1_000;

/** RFC 9110, section 10.1.1: an HTTP/1.0 client does not know it. node:http refuses all other expectations. */
export function expectsContinue({ httpVersionMinor, headers }: ClientRequest): boolean {
  return httpVersionMinor > 0 && headers.expect !== undefined;
}

/**
 * Sends one request whose client waits before it sends the body: first the head, with the expectation;
 * the body when the endpoint says 100 (Continue), when it says nothing for a second, or at once where the
 * client does not wait (RFC 9110, section 10.1.1).
 *
 * undici sends a head together with the first bytes of the body, which is too late to refuse it. A light
 * client does the rest; its connection serves no other request.
 */
export class ExpectingClient implements Sending {
  readonly light: LightClient;

  constructor(light: LightClient) {
    this.light = light;
  }

  get hasWritten(): boolean {
    return this.light.socket?.writableLength === 0;
  }

  stopOpening(): void {
    this.light.stopOpening();
  }

  dispatch(request: Outgoing, handler: LightHandler): void {
    const { method, path, bodyTimeout, body } = request;
    if (body === null) throw new Error('only a request with a body can expect 100 (Continue)');
    const hasLength = request.headers.some(
      (name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length',
    );
    const framing = hasLength ? [] : ['transfer-encoding', 'chunked'];
    const headers = [...request.headers, ...framing, 'expect', '100-continue'];
    // The reply is not late before the body is sent.
    const sent = { method, path, headers, bodyTimeout, headersTimeout: Number.POSITIVE_INFINITY };
    const responseMs = request.headersTimeout ?? this.light.target.responseMs;
    const { light } = this;
    light.dispatch(sent, new Expecting({ light, body, handler, hasLength, responseMs }));
  }
}

interface Parts {
  readonly light: LightClient;
  readonly body: RequestBody;
  readonly handler: LightHandler;
  readonly hasLength: boolean;
  readonly responseMs: number;
}

/** Stands between a light client and the handler of a request, and sends the body when its time has come. */
class Expecting implements LightHandler {
  readonly #parts: Parts;
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #hasReply = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get holdsBytes(): boolean {
    return this.#parts.handler.holdsBytes !== false;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#controller = controller;
    const { handler, body } = this.#parts;
    handler.onRequestStart?.(controller, context);
    if (controller.aborted) return;
    // The head leaves when this returns.
    if (body.hasCome) queueMicrotask(() => this.#send());
    else this.#timer = setTimeout(() => this.#send(), SILENT_MS);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
    statusText?: string,
  ): void {
    if (status === 100) return this.#send();
    if (status >= 200) this.#settle();
    this.#parts.handler.onResponseStart?.(controller, status, headers, statusText);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#parts.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: Record<string, string>): void {
    this.#parts.body.destroy(); // What an endpoint has not read by the end of its reply it never will.
    this.#parts.handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle();
    this.#parts.body.destroy();
    this.#parts.handler.onResponseError?.(controller, error);
  }

  #send(): void {
    const { body } = this.#parts;
    if (this.#isSending || body.destroyed) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    body.on('data', (chunk: Buffer) => this.#write(chunk)).once('end', () => this.#finish());
  }

  #write(chunk: Buffer): void {
    const { light, body, hasLength } = this.#parts;
    const { socket } = light;
    if (socket === null) return; // It has ended, which the handler is told.
    if (!hasLength) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    let hasRoom = socket.write(chunk);
    if (!hasLength) hasRoom = socket.write('\r\n', 'latin1');
    if (hasRoom) return;
    body.pause();
    this.#watch(); // An endpoint that does not read does not reply either.
    socket.once('drain', () => {
      clearTimeout(this.#timer);
      body.resume();
    });
  }

  #finish(): void {
    const { light, hasLength } = this.#parts;
    if (!hasLength) light.socket?.write('0\r\n\r\n', 'latin1');
    this.#watch();
  }

  #watch(): void {
    const { responseMs } = this.#parts;
    if (this.#hasReply) return;
    this.#timer = setTimeout(() => this.#controller?.abort(noReplyInTime()), responseMs);
  }

  /** The reply has begun, or never will: nobody waits for it, and a body that was not asked for stays where it is. */
  #settle(): void {
    this.#hasReply = true;
    clearTimeout(this.#timer);
    if (!this.#isSending) this.#parts.body.destroy();
  }
}
