import type { Log } from '../log.ts';

/** What the process is told from outside. */
export interface Told {
  /** Resolves to the first signal to end. A second one is waited for by nobody and ends the process as usual. */
  readonly toEnd: Promise<string>;
  /** Who reloads from here on; at once where that was asked for before there was anything to reload. */
  onReload(reload: () => void): void;
}

/**
 * Signals that say nothing to a gateway, and would end it by default, or open Node's debugger on a port
 * of this machine (SIGUSR1). Those of a process that hangs or is at fault (SIGQUIT, SIGABRT, SIGSEGV, …) are left as they are.
 */
const IGNORED = [
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
] as const;

/** Listens to signals for as long as the process lives: none of them is to find it at its default. */
export function listenToSignals(log: Log): Told {
  const { promise: toEnd, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  for (const signal of IGNORED) {
    process.on(signal, () => log.warn({ signal }, 'signal ignored'));
  }
  let [reload, isAskedFor]: [(() => void) | null, boolean] = [null, false];
  process.on('SIGHUP', () => {
    isAskedFor = true;
    reload?.();
  });
  return {
    toEnd,
    onReload(call) {
      reload = call;
      if (isAskedFor) call();
    },
  };
}
