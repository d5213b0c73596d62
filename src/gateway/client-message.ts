import type { Socket } from 'node:net';
import type { Printer } from '../answer/answer.ts';
import type { ReplyHead } from './reply.ts';

/**
 * A client's request as this folder uses it: node:http's own, or an `Http2Request`, which reads as if
 * it had come through HTTP/1.1.
 */
export interface ClientRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: {
    readonly expect?: string | undefined;
    readonly upgrade?: string | undefined;
    readonly 'content-length'?: string | undefined;
    readonly trailer?: string | undefined;
  };
  readonly rawTrailers: readonly string[];
  /** 0 is HTTP/1.0, which lacks what every other version has: chunks, 1xx replies, a Host field. */
  readonly httpVersionMinor: number;
  /** The connection, on which nothing else is under way; null where it has other streams (HTTP/2). */
  readonly socket: Socket | null;
  /** How many bytes of the body have come and are not read. */
  readonly readableLength: number;
  /** All of it has come. */
  readonly complete: boolean;
  readonly readableEnded: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  /** `end` comes after a whole body only. */
  once(event: 'end' | 'close', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The response to it: an `Http1Response` or an `Http2Response`. */
export interface ClientResponse {
  readonly req: ClientRequest;
  /** As that of the request; null as well once the response has let go of it. */
  readonly socket: Socket | null;
  readonly statusCode: number;
  /** Whether the connection may serve another request; HTTP/2 does not ask. */
  shouldKeepAlive: boolean;
  /** The head is written, though it may not have left yet. */
  readonly headersSent: boolean;
  /** Trailer fields can follow the body. */
  readonly chunkedEncoding: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  /** Bytes that are written, and still wait for the client to take them. */
  readonly writableLength: number;
  writeHead(status: number, reasonPhrase: string, fields: string[]): unknown;
  /**
   * The same for a reply that is relayed. `isChecked`: its fields were held against RFC 9110, sections 5.1
   * and 5.5, where they were read, and its length is one.
   */
  writeReplyHead(reply: ReplyHead, isChecked: boolean): void;
  /** Sends a whole answer as it is printed, at the end of the turn; false, with nothing done, where it has to be written in parts. */
  sendPrinted(status: number, printer: Printer): boolean;
  flushHeaders(): void;
  write(chunk: Buffer): boolean;
  /** `onWritten` is called when it has left. */
  write(text: string, encoding: 'latin1', onWritten: () => void): boolean;
  addTrailers(trailers: [string, string][]): void;
  end(): unknown;
  end(body: Buffer | string): unknown;
  end(body: Buffer | string, encoding: 'latin1'): unknown;
  writeContinue(): void;
  /** Sends an informational response (RFC 9110, section 15.2), its fields name and value in turn. */
  inform(status: number, fields: readonly string[]): void;
  /** Breaks it off: the client learns that it is not whole. */
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  emit(event: 'drain'): boolean;
}
