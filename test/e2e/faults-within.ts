/**
 * Loaded before the program: breaks it from within, by what the test sends. A number is milliseconds by
 * which its wall clock jumps. While the program starts it is told to reload.
 */
import type { Worker } from 'node:worker_threads';

let store: Worker | null = null;
process.on('worker', (worker) => {
  if (store === null) process.kill(process.pid, 'SIGHUP');
  store = worker;
});

const FAULTS: Readonly<Record<string, () => void>> = {
  exception: () => {
    throw new TypeError('nobody catches this');
  },
  rejection: () => void Promise.reject(new Error('nobody waits for this')),
  storm: () => {
    for (let count = 0; count < 1_000; count += 1) {
      setImmediate(() => {
        throw new RangeError('one of many');
      });
    }
  },
  warning: () => process.emitWarning('so it goes', 'TestWarning'),
  dying_thread: () => void store?.terminate(),
  endless_thread: () => {
    if (store !== null) store.terminate = () => Promise.reject(new Error('a bug at the end'));
  },
};

process.on('message', (message) => {
  if (typeof message === 'number') return jump(message);
  // As an event of its own: nobody of the program is on the stack.
  setImmediate(() => FAULTS[String(message)]?.());
});
process.channel?.unref();

function jump(byMs: number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + byMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given) as Date,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
