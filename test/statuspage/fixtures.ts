import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseDocument } from '../../src/statuspage/parse-document.ts';

const FOLDER = new URL('../fixtures/statuspage/', import.meta.url);

/** The names of all recorded payloads. */
export const fixtureNames = readdirSync(FOLDER).filter((name) => name !== 'README.md');

const PAYLOADS = new Map(
  await Promise.all(
    fixtureNames.map(async (name) => {
      const parsed = await parseDocument(readFileSync(new URL(name, FOLDER)));
      if (typeof parsed === 'string') throw new Error(`${name} is ${parsed}`);
      return [name, parsed.payload] as const;
    }),
  ),
);

/** A recorded payload as text. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** A recorded payload as the program parses it; a copy, which a test may change. */
export function fixture(name: string): unknown {
  return structuredClone(PAYLOADS.get(name));
}

/** Any text, halves of pairs and all. The unit `binary` of fast-check takes a second to be made. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }))
  .map((codes) => String.fromCodePoint(...codes));
