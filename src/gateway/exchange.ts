import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { causeOf, isBug, isOwnFault } from '../upstream/cause-of.ts';
import type { Attempt } from './attempt.ts';
import type { Connections, Sending } from './connections.ts';
import type { ExchangeEvents } from './exchange-events.ts';
import { expectsContinue } from './expecting-client.ts';
import { HeldReply } from './held-reply.ts';
import { LightClient } from './light-client.ts';
import type { LightHandler } from './light-exchange.ts';
import { lingerAfter } from './linger.ts';
import { clientFor, isUnsendable, outgoingOf } from './outgoing.ts';
import { relayInformational } from './relay.ts';
import { RelayedReply } from './relayed-reply.ts';
import { type RawFields, type ReplyHead, readReply } from './reply.ts';
import { RequestBody } from './request-body.ts';
import { isRepeatable } from './retry.ts';

/**
 * Carries out an attempt: undici's handler on one side, the client's response on the other, with
 * backpressure both ways and no copy of a body between them, but for a small last piece.
 *
 * A class with undici's raw callbacks rather than promises: it is the request's path, where this
 * form took about a third less CPU than an awaited one.
 */
export class Exchange implements LightHandler {
  /** The request's, from when it is sent; null where it has none. */
  body: RequestBody | null = null;
  readonly #attempt: Attempt;
  readonly #events: ExchangeEvents;
  readonly #connections: Connections;
  /** Null until its connection is chosen. */
  #client: Sending | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #held: HeldReply | null = null;
  /** Null until the client gets the reply as it comes. */
  #relayed: RelayedReply | null = null;
  #isOver = false;
  #hasClientLeft = false;

  constructor(attempt: Attempt, events: ExchangeEvents) {
    const { traveller, endpoint, ticket } = attempt;
    this.#attempt = attempt;
    this.#events = events;
    this.#connections = traveller.connectionsTo(endpoint, ticket.route.upstream);
  }

  start(): void {
    if (isRepeatable(this.#attempt.traveller.head)) this.#dispatch();
    // What must not be sent twice: an end of the connection that has come already is noticed first.
    else setImmediate(() => this.#dispatchLater());
  }

  #dispatchLater(): void {
    try {
      this.#dispatch();
    } catch (error) {
      this.#broke(error);
    }
  }

  #dispatch(): void {
    const { head } = this.#attempt.traveller;
    this.#client = clientFor(this.#attempt, this.#connections);
    this.body = head.hasBody ? this.#newBody() : null;
    this.#client.dispatch(outgoingOf(this.#attempt, this.body), this);
  }

  #newBody(): RequestBody {
    const { traveller, memory } = this.#attempt;
    const { request, response, mostBodyBytes } = traveller;
    return new RequestBody(request, {
      memory,
      mostBytes: mostBodyBytes,
      onFirstRead: () => {
        if (expectsContinue(request)) response.writeContinue();
      },
      hasLeft: () => this.#client?.hasWritten === true,
      onTooLong: () => this.#events.bodyTooLong(),
    });
  }

  /** The client has left: the upstream need not go on, and nothing counts against it. */
  abandon(): void {
    this.#hasClientLeft = true;
    if (this.#controller === null) this.#client?.stopOpening?.();
    else this.#controller.abort(CLIENT_LEFT);
  }

  get holdsBytes(): boolean {
    return this.#held !== null || this.#relayed?.holdsBytes === true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#hasClientLeft) controller.abort(CLIENT_LEFT);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    const { request, response, head } = this.#attempt.traveller;
    const { route } = this.#attempt.ticket;
    // Name and value in turn, as they came: bytes from undici, text from a light client.
    const raw = controller.rawHeaders as RawFields;
    const isHttp10 = request.httpVersionMinor === 0;
    const reply = readReply(status, statusText, raw, { method: head.method, isHttp10 });
    if (status < 200) return relayInformational(response, status, reply.fields);
    this.#attempt.memory?.forget();
    if (reply.isLast) this.#connections.distrust();

    const interest = HeldReply.interestIn(reply, route);
    if (interest !== null) {
      this.#held = new HeldReply(reply, interest, this.#attempt.traveller);
      return;
    }
    this.#events.replied();
    this.#relay(reply);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const held = this.#held;
    if (held !== null) {
      if (held.take(chunk)) return;
      if (!this.#events.mayPass(held)) return this.#handOver(held, controller);
      this.#held = null;
      this.#relay(held.head);
      if (held.chunks.length > 0) this.#relayed?.push(held.body, controller);
    }
    this.#relayed?.push(chunk, controller);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    // What is thrown from here the client that calls would take for its own, or for nothing.
    try {
      this.#finish(controller);
    } catch (error) {
      this.#broke(error);
    }
  }

  #finish(controller: Dispatcher.DispatchController): void {
    this.#connectionFree();
    if (this.#held !== null) return this.#handOver(this.#held, null);
    this.#relayed?.end((controller.rawTrailers ?? []) as RawFields);
    this.#end();
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    _status: number,
    _headers: unknown,
    socket: Duplex,
  ): void {
    try {
      // undici hands on the socket that `Connections` opened.
      this.#switch(controller.rawHeaders as Buffer[], socket as Socket);
    } catch (error) {
      socket.destroy();
      this.#broke(error);
    }
  }

  #switch(raw: readonly Buffer[], socket: Socket): void {
    this.#isOver = true;
    // The connection is a tunnel from here on; the client without one can be used again.
    if (this.#client !== null) this.#connections.give(this.#client);
    this.#events.replied();
    this.#events.switched(
      raw.map((bytes) => bytes.toString('latin1')),
      socket,
    );
  }

  onResponseError(
    _controller: Dispatcher.DispatchController | null,
    error: Error & { readonly code?: string },
  ): void {
    try {
      this.#fail(error);
    } catch (thrown) {
      this.#broke(thrown);
    }
  }

  #fail(error: Error & { readonly code?: string }): void {
    if (this.#isOver) return;
    this.#relayed?.flush();
    this.#connectionFree();
    if (this.#hasClientLeft) return this.#end();
    if (isBug(error)) return this.#broke(error);
    if (isUnsendable(error)) {
      this.#isOver = true;
      return this.#events.unsendable();
    }
    if (isOwnFault(error)) {
      this.#isOver = true;
      return this.#events.overloaded();
    }
    if (this.#relayed !== null) {
      this.#attempt.requestFailed('connection_reset');
      this.#relayed.breakOff();
      return this.#end();
    }
    this.#isOver = true;
    const isRefused = error.code === 'CANDOR_STREAM_REFUSED';
    const disposition = this.#controller === null || isRefused ? 'not_processed' : 'unknown';
    this.#events.failed({ cause: causeOf(error), disposition, isRefused });
  }

  #broke(error: unknown): void {
    this.#isOver = true;
    this.#relayed?.flush();
    this.#events.broke(error);
  }

  #relay(reply: ReplyHead): void {
    const { response, head } = this.#attempt.traveller;
    const isChecked = this.#client instanceof LightClient;
    this.#relayed = new RelayedReply(response, reply, { method: head.method, isChecked });
  }

  /** The reply is whole, or as much of it as will be looked at, and the client has seen nothing. */
  #handOver(held: HeldReply, controller: Dispatcher.DispatchController | null): void {
    this.#isOver = true;
    this.#events.held(held);
    if (controller === null) return;
    controller.abort(ENOUGH_SEEN);
    this.#connectionFree();
  }

  #end(): void {
    this.#isOver = true;
    if (this.#attempt.traveller.head.hasBody) lingerAfter(this.#attempt.traveller.response);
    this.#events.over();
  }

  #connectionFree(): void {
    if (this.#client !== null) this.#connections.give(this.#client);
  }
}

const CLIENT_LEFT = new Error('the client left');
const ENOUGH_SEEN = new Error('the reply is replaced');
