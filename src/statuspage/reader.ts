import type { Format, Publication } from './model.ts';
import type { PageFacts } from './v2-incident.ts';

/** How one format is read. */
export interface Reader {
  readonly format: Format;
  /**
   * The payload as the common model, or null where it is of another shape.
   *
   * Never throws, whatever the payload. `companion` is the payload of the second document, where
   * `companionOf` named one and it could be read.
   */
  readonly read: (payload: unknown, page: PageFacts, companion?: unknown) => Publication | null;
  /** The second document that this payload needs beside it; null where it says all by itself. */
  readonly companionOf?: (payload: unknown, document: URL) => URL | null;
  /** The document that lists incidents which have ended as well, where the first one does not. */
  readonly historyOf?: (document: URL) => URL | null;
}
