import type { Row } from '../row.ts';
import { framing } from './framing.ts';

/** All rows, in the order of the matrix. */
export const ROWS: readonly Row[] = [...framing];
