/** RFC 6455, section 11.8. */
const CLOSE = 0x8;

/**
 * Finds the boundaries of WebSocket frames in bytes that pass (RFC 6455, section 5.2). It reads lengths
 * alone: payloads are stepped over, never looked at, copied or unmasked.
 */
export class FrameTracker {
  /** Bytes of the frame's header that have come. */
  #headerAt = 0;
  /** Bytes of an extended length, and of a mask, still to come. */
  #lengthLeft = 0;
  #maskLeft = 0;
  #length = 0;
  #payloadLeft = 0;
  #opcode = 0;
  #hasClosed = false;

  /** All that has come is whole frames, so a frame may follow; a control frame, even within a message. */
  get isAtBoundary(): boolean {
    return this.#headerAt === 0 && this.#payloadLeft === 0;
  }

  /** A Close frame has come, whole: its sender sends nothing more. */
  get hasClosed(): boolean {
    return this.#hasClosed;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#payloadLeft > 0) {
        const passed = Math.min(this.#payloadLeft, bytes.length - at);
        this.#payloadLeft -= passed;
        at += passed;
        if (this.#payloadLeft === 0) this.#end();
      } else {
        this.#readHeader(bytes[at] ?? 0);
        at += 1;
      }
    }
  }

  #readHeader(byte: number): void {
    this.#headerAt += 1;
    if (this.#headerAt === 1) {
      this.#opcode = byte & 0x0f;
      this.#length = 0;
      return;
    }
    if (this.#headerAt === 2) this.#readLength(byte);
    else if (this.#lengthLeft > 0) {
      this.#length = this.#length * 256 + byte;
      this.#lengthLeft -= 1;
    } else this.#maskLeft -= 1;
    if (this.#lengthLeft > 0 || this.#maskLeft > 0) return;
    this.#headerAt = 0;
    this.#payloadLeft = this.#length;
    if (this.#payloadLeft === 0) this.#end();
  }

  #readLength(byte: number): void {
    const length = byte & 0x7f;
    this.#maskLeft = byte & 0x80 ? 4 : 0;
    if (length < 126) this.#length = length;
    else this.#lengthLeft = length === 126 ? 2 : 8;
  }

  #end(): void {
    this.#hasClosed ||= this.#opcode === CLOSE;
  }
}

/** A Close frame as a server sends it: without a mask, and with a reason of 123 bytes at most. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason);
  const head = Buffer.from([0x80 | CLOSE, text.length + 2, code >> 8, code & 0xff]);
  return Buffer.concat([head, text]);
}
