import type { Row } from '../row.ts';
import { bodies } from './bodies.ts';
import { connections } from './connections.ts';
import { fields } from './fields.ts';
import { framing } from './framing.ts';
import { heads } from './heads.ts';
import { hopByHop } from './hop-by-hop.ts';
import { http2Connections } from './http2-connections.ts';
import { http2Errors } from './http2-errors.ts';
import { http2Malformed } from './http2-malformed.ts';
import { http2Messages } from './http2-messages.ts';
import { interimReplies } from './interim.ts';
import { methods } from './methods.ts';
import { origins } from './origins.ts';
import { replies } from './replies.ts';
import { upgrades } from './upgrades.ts';

/** All rows, in the order of the matrix. */
export const ROWS: readonly Row[] = [
  ...framing,
  ...heads,
  ...fields,
  ...hopByHop,
  ...methods,
  ...bodies,
  ...interimReplies,
  ...connections,
  ...upgrades,
  ...replies,
  ...origins,
  ...http2Malformed,
  ...http2Messages,
  ...http2Errors,
  ...http2Connections,
];
