import { preferenceOf } from './accept.ts';
import type { Asker, ClientKind } from './answer.ts';
import { type Ask, ROWS, type Row } from './client-table.ts';
import type { Form } from './form.ts';
import { readFields } from './request-fields.ts';

/** Who asked, by which row and which sign in it, and in which form the answer comes. */
export interface Recognised {
  readonly kind: ClientKind;
  readonly form: Form;
  readonly row: Row;
  /** What gave the client away, in words for operators; holds nothing that the client sent. */
  readonly sign: string;
}

/** One loop over all signs costs less than a loop in a loop. */
const SIGNS = ROWS.flatMap((row) => row.signs.map(([sign, is]) => ({ row, sign, is })));

/** Reads what an answer depends on: one pass over the fields. */
export function readAsk(asker: Asker): Ask {
  const fields = readFields(asker.rawHeaders);
  return { asker, fields, accept: preferenceOf(fields.accept) };
}

/** Recognises the client by the first row that fits; curl and everything unknown gets text. */
export function recognise(ask: Ask): Recognised {
  for (const { row, sign, is } of SIGNS) {
    if (is(ask)) return { kind: row.kind, form: row.form(ask), row, sign };
  }
  throw new Error('the last row takes everybody');
}
