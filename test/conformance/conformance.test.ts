import { expect, onTestFinished, test } from 'vitest';
import { oneUpstream, startGateway } from '../support/gateway.ts';
import { ROWS } from './cases/rows.ts';
import { Origin } from './origin.ts';
import { play } from './play.ts';

test.for(ROWS.filter(({ isSlow }) => isSlow !== true))('$id: $holds', async (row) => {
  const origin = new Origin();
  onTestFinished(() => origin[Symbol.asyncDispose]());
  const port = await origin.listen();
  const { url } = await startGateway(oneUpstream([`http://127.0.0.1:${port}`]), { isQuiet: true });

  const wrong = await play(row, { url, http2Url: url, origin });

  if (row.differs === undefined) expect(wrong).toEqual([]);
  else expect(wrong).not.toEqual([]);
});
