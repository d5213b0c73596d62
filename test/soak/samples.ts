import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the process held, a sample a second. */
export class Samples implements Disposable {
  readonly residentBytes: number[] = [];
  readonly descriptors: number[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #lateness = monitorEventLoopDelay();
  readonly #droppedBefore = droppedSegments();

  constructor(pid: number) {
    this.#lateness.enable();
    this.#timer = setInterval(() => {
      this.residentBytes.push(residentBytesOf(pid));
      this.descriptors.push(descriptorsOf(pid));
    }, 1_000);
  }

  /** How late this program's own timers were, which says how busy the machine is: of a hundred, the last but one. */
  get latenessMs(): number {
    return this.#lateness.percentile(99) / 1e6;
  }

  /**
   * How many TCP segments the kernel has dropped for want of memory, of whatever connection. Each may hold its
   * connection up for half a minute: over loopback nothing else tells the sender to send it again.
   */
  get droppedSegments(): number {
    return droppedSegments() - this.#droppedBefore;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#lateness.disable();
  }
}

/** 0 where there is no such process. */
function residentBytesOf(pid: number): number {
  try {
    const [, kibibytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0; // It has ended, which another check tells.
  }
}

/** How many descriptors a process has open; 0 where there is no such process. */
function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0; // It has ended, which another check tells.
  }
}

/** `RcvPruned` and `TCPRcvQDrop` of `TcpExt`, a line of names above one of numbers. */
function droppedSegments(): number {
  const [names = [], numbers = []] = readFileSync('/proc/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const countOf = (name: string) => Number(numbers[names.indexOf(name)] ?? 0);
  return countOf('RcvPruned') + countOf('TCPRcvQDrop');
}
