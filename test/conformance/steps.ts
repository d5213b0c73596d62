import { setTimeout as delay } from 'node:timers/promises';
import type { Stage, Step } from './row.ts';

/** Waits until the client has received a text. */
export function untilClientHas(text: string): Step {
  return ({ client, patienceMs }) =>
    inTime(client.until(text), patienceMs, `the client got no ${JSON.stringify(text)}`);
}

/** Waits until the origin has received a text. */
export function untilOriginHas(text: string): Step {
  return (stage) =>
    until(stage, `the origin got no ${JSON.stringify(text)}`, () =>
      stage.origin.seen.received.includes(text),
    );
}

/** Waits until no connection to the origin is open. */
export const untilOriginIsLeft: Step = (stage) =>
  until(stage, 'the connection to the origin stays open', () => stage.origin.seen.open === 0);

/** The client sends no more, and goes on reading. */
export const halfClose: Step = ({ client }) => void client.socket.end();

/** The client resets its connection. */
export const leave: Step = ({ client }) => client.leave();

/** The client stops reading. */
export const stopReading: Step = ({ client }) => void client.socket.pause();

/** The client reads again. */
export const readOn: Step = ({ client }) => void client.socket.resume();

/** Nothing is done for so long. */
export function pause(ms: number): Step {
  return () => delay(ms);
}

/** Sends bytes one by one, each in a packet of its own. */
export function byteByByte(bytes: string): Step {
  return async ({ client }) => {
    for (const byte of bytes) {
      client.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

async function until({ patienceMs }: Stage, otherwise: string, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + patienceMs; !isSo(); await delay(2)) {
    if (performance.now() > end) throw new Error(otherwise);
  }
}

/** Settles as a promise does, or rejects with a text when that takes too long. */
export async function inTime<Value>(
  promise: Promise<Value>,
  ms: number,
  otherwise: string,
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(otherwise)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
