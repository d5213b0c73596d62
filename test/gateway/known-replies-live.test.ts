import { expect, test } from 'vitest';
import { knownReply } from '../../src/gateway/known-replies.ts';
import { ask, type Got } from '../support/ask.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import {
  BALANCERS,
  type BalancerName,
  freePort,
  startBalancer,
  whyMissing,
} from './balancer-program.ts';

/** The row of the table that a real reply fits. */
function rowOf({ status, reasonPhrase, rawHeaders, body }: Got) {
  const fields = [...rawHeaders];
  const head = { status, reasonPhrase, fields, contentLength: null };
  return knownReply(head, body.toString('latin1'));
}

/** A backend that takes the request and keeps silent, or breaks off. */
async function backend(fault: 'hangs' | 'breaks off') {
  const upstream = await startRawUpstream(({ socket }) => {
    if (fault === 'breaks off') socket.destroy();
  });
  return { address: upstream.url.slice('http://'.length), upstream };
}

const programs = Object.keys(BALANCERS) as BalancerName[]; // The names of a table that is fixed.

for (const name of programs) {
  const missing = whyMissing(name);
  const title = missing === null ? name : `${name} (skipped: ${missing})`;

  test.skipIf(missing !== null)(`${title} is known where its backend refuses`, async () => {
    const port = await startBalancer(name, [`127.0.0.1:${await freePort()}`]);

    const reply = await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });

    expect(reply.status).toBeGreaterThanOrEqual(502);
    expect(rowOf(reply)).toMatchObject({ from: name });
  });

  test.skipIf(missing !== null).for(['hangs', 'breaks off'] as const)(
    `${title} is known where its backend %s, and proves nothing about the request that it got`,
    async (fault) => {
      const { address, upstream } = await backend(fault);
      const port = await startBalancer(name, [address]);

      const reply = await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });

      expect(upstream.received).toContain('POST / HTTP/1.');
      expect(rowOf(reply)).toMatchObject({ from: name, isNotProcessed: false });
    },
  );
}

test.skipIf(whyMissing('HAProxy') !== null)(
  'HAProxy proves that nobody got the request where no server accepts connections',
  async () => {
    for (const backends of [[], [`127.0.0.1:${await freePort()}`]]) {
      const port = await startBalancer('HAProxy', backends);

      const reply = await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });

      expect(rowOf(reply)).toMatchObject({ from: 'HAProxy', isNotProcessed: true });
    }
  },
);

test.skipIf(whyMissing('Varnish') !== null)(
  'Varnish is known where it has no backend',
  async () => {
    const port = await startBalancer('Varnish', []);

    expect(rowOf(await ask(`http://127.0.0.1:${port}/`))).toMatchObject({ from: 'Varnish' });
  },
);

test.skipIf(whyMissing('nginx') !== null)(
  'nginx answers alike where no upstream is live and where one took the request, so neither proves anything',
  async () => {
    const dead = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const port = await startBalancer('nginx', dead);
    await ask(`http://127.0.0.1:${port}/`);
    await ask(`http://127.0.0.1:${port}/`);

    const noneLive = await ask(`http://127.0.0.1:${port}/`);
    const { address } = await backend('breaks off');
    const broken = await ask(`http://127.0.0.1:${await startBalancer('nginx', [address])}/`);

    expect(noneLive.text).toBe(broken.text);
    expect(rowOf(noneLive)).toMatchObject({ from: 'nginx', isNotProcessed: false });
  },
);
