import type { IncomingMessage } from 'node:http';
import type { Command } from '../processes.ts';

/** Where a rival stands in one fault. */
export interface Ground {
  /** A folder for this process alone. */
  readonly folder: string;
  readonly port: number;
  readonly opsPort: number;
  readonly hosts: readonly string[];
  /** The port of every endpoint. */
  readonly endpointPort: number;
  /** How the endpoints are found; null: their addresses are written down. */
  readonly dns: { readonly port: number; readonly name: string } | null;
}

/** One proxy with settings that somebody would choose who wants its users to see no raw error. */
export interface Rival {
  readonly name: string;
  /** How it is set up, for the report. */
  readonly about: string;
  readonly version: () => string | null;
  readonly install: string;
  readonly prepare: (ground: Ground) => Command;
  /** Whether it believes that the application is gone; null where it cannot be asked. */
  readonly isDown: ((opsPort: number) => Promise<boolean>) | null;
  readonly isAnswer: (reply: IncomingMessage, body: string) => boolean;
}

/** What the page of every peer says, so that it is known from a raw error. */
export const PAGE =
  '<!doctype html><title>Unavailable</title><h1>Sorry, Example is unavailable</h1>\n';

/** Whether a reply is that page. */
export function isPage(_reply: IncomingMessage, body: string): boolean {
  return body === PAGE;
}
