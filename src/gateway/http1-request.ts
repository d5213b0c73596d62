import { IncomingMessage } from 'node:http';
import { FieldTable } from '../answer/field-table.ts';
import type { ClientRequest } from './client-message.ts';

/** Fields that node:http and this folder ask for by name, as they came. */
type FewHeaders = ClientRequest['headers'] & {
  readonly te?: string;
  readonly 'transfer-encoding'?: string;
};

const TABLE = new FieldTable(
  (['Content-Length', 'Expect', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'] as const).map(
    (name) => [name, name.toLowerCase() as keyof FewHeaders] as const,
  ),
);

/** How node:http forgets a body that nobody has read, which its types leave out. */
interface Dumpable {
  _dump(): void;
  /** All at once, where nothing is to come any more: how it serves `optimizeEmptyRequests`. */
  _dumpAndCloseReadable?(): void;
}

const NODES = IncomingMessage.prototype as IncomingMessage & Dumpable;

/**
 * A request whose `headers` holds the few fields that are asked for by name.
 *
 * node:http puts each field of each request into an object, though it asks it for three of them itself, and
 * nobody else does: `rawHeaders` is what the gateway reads. Without it an answer costs 0.9.
 */
export class Http1Request extends IncomingMessage {
  #few: FewHeaders | null = null;

  get few(): FewHeaders {
    this.#few ??= fewIn(this.rawHeaders);
    return this.#few;
  }

  /**
   * Called by node:http when the response is written and nobody has read the body. A form came whole with
   * its head: to be forgotten it needs no stream that flows, ends and closes, which is a twentieth of its answer.
   */
  _dump(): void {
    if (this.complete && NODES._dumpAndCloseReadable !== undefined) {
      NODES._dumpAndCloseReadable.call(this);
    } else {
      NODES._dump.call(this);
    }
  }
}

// A declared property cannot be overridden by an accessor, though in node:http it is one.
Object.defineProperty(Http1Request.prototype, 'headers', {
  get(this: Http1Request) {
    return this.few;
  },
});

function fewIn(rawHeaders: readonly string[]): FewHeaders {
  const few: { -readonly [Name in keyof FewHeaders]: FewHeaders[Name] } = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = TABLE.get(rawHeaders[index] ?? '');
    if (name === undefined) continue;
    const before = few[name];
    const value = rawHeaders[index + 1] ?? '';
    few[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return few;
}
