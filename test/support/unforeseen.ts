import { onTestFinished } from 'vitest';

/** What nobody catches until the running test is over, in the place of vitest, which would take it for a failure. */
export function takeUnforeseen(): readonly unknown[] {
  const taken: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  const take = (reason: unknown) => void taken.push(reason);
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', take);
  onTestFinished(() => {
    process.off('unhandledRejection', take);
    for (const other of others) process.on('unhandledRejection', other);
  });
  return taken;
}
