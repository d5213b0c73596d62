import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../fixtures/statuspage/', import.meta.url);

/** The names of all recorded payloads. */
export const fixtureNames = readdirSync(FOLDER).filter((name) => name !== 'README.md');

/** A recorded payload as text. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** A recorded payload, parsed; the one that is XML comes as a string. */
export function fixture(name: string): unknown {
  const text = fixtureText(name);
  return name.endsWith('.xml') ? text : JSON.parse(text);
}
