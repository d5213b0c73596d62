import type { Row } from '../row.ts';
import { bodies } from './bodies.ts';
import { connections } from './connections.ts';
import { framing } from './framing.ts';
import { heads } from './heads.ts';
import { hopByHop } from './hop-by-hop.ts';
import { interimReplies } from './interim.ts';
import { methods } from './methods.ts';
import { origins } from './origins.ts';
import { upgrades } from './upgrades.ts';

/** All rows, in the order of the matrix. */
export const ROWS: readonly Row[] = [
  ...framing,
  ...heads,
  ...hopByHop,
  ...methods,
  ...bodies,
  ...interimReplies,
  ...connections,
  ...upgrades,
  ...origins,
];
