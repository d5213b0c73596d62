import { expect, type TestContext, test } from 'vitest';
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
  const head = { status, reasonPhrase, fields, contentLength: null, isLast: false };
  return knownReply(head, body.toString('latin1'));
}

const FAULTS = ['hangs', 'breaks off'] as const;

/** A backend that takes the request and keeps silent, or breaks off. */
async function backend(fault: (typeof FAULTS)[number]) {
  const upstream = await startRawUpstream(({ socket }) => {
    if (fault === 'breaks off') socket.destroy();
  });
  return { address: upstream.url.slice('http://'.length), upstream };
}

/** Skips a test whose program is not installed, and says so. */
function needs(name: BalancerName, { skip }: TestContext): void {
  const why = whyMissing(name);
  if (why !== null) skip(why);
}

const POST = { method: 'POST', body: 'x' } as const;
const programs = Object.keys(BALANCERS) as BalancerName[]; // The names of a table that is fixed.

test.for(programs)('%s is known where its backend refuses', async (name, context) => {
  needs(name, context);
  const port = await startBalancer(name, [`127.0.0.1:${await freePort()}`]);

  expect(rowOf(await ask(`http://127.0.0.1:${port}/`, POST))).toMatchObject({ from: name });
});

test.for(programs.flatMap((name) => FAULTS.map((fault) => ({ name, fault }))))(
  '$name is known where its backend $fault, and proves nothing about the request that it got',
  async ({ name, fault }, context) => {
    needs(name, context);
    const { address, upstream } = await backend(fault);
    const port = await startBalancer(name, [address]);

    const reply = await ask(`http://127.0.0.1:${port}/`, POST);

    expect(upstream.received).toContain('POST / HTTP/1.');
    expect(rowOf(reply)).toMatchObject({ from: name, isNotProcessed: false });
  },
);

test('HAProxy proves that nobody got the request where no server accepts connections', async (context) => {
  needs('HAProxy', context);
  for (const backends of [[], [`127.0.0.1:${await freePort()}`]]) {
    const port = await startBalancer('HAProxy', backends);

    const reply = await ask(`http://127.0.0.1:${port}/`, POST);

    expect(rowOf(reply)).toMatchObject({ from: 'HAProxy', isNotProcessed: true });
  }
});

test('Varnish is known where it has no backend', async (context) => {
  needs('Varnish', context);
  const port = await startBalancer('Varnish', []);

  expect(rowOf(await ask(`http://127.0.0.1:${port}/`))).toMatchObject({ from: 'Varnish' });
});

test('nginx answers alike where no upstream is live and where one took the request', async (context) => {
  needs('nginx', context);
  const dead = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const port = await startBalancer('nginx', dead);
  await ask(`http://127.0.0.1:${port}/`);
  await ask(`http://127.0.0.1:${port}/`);

  const noneLive = await ask(`http://127.0.0.1:${port}/`);
  const { address } = await backend('breaks off');
  const broken = await ask(`http://127.0.0.1:${await startBalancer('nginx', [address])}/`);

  expect(noneLive.text).toBe(broken.text);
  expect(rowOf(noneLive)).toMatchObject({ from: 'nginx', isNotProcessed: false });
});
