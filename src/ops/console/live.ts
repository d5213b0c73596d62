import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';
import { titleOf } from './bar.ts';
import { liveParts, type Shown } from './page.ts';

const EVERY_MS = 2_000;

/**
 * Tells a console of what has changed, every two seconds: an object of those parts that read otherwise than
 * when they were sent last. Resolves when the browser leaves, or with `stop`; rejects where a part fails.
 */
export async function streamLive(
  response: Response,
  { shown, stop }: { readonly shown: Shown; readonly stop: AbortSignal },
): Promise<void> {
  response.setHeader('Content-Type', 'text/event-stream');
  response.flushHeaders();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stop]);
  const sent = new Map<string, string>();
  while (!signal.aborted) {
    const changed = await changedParts(shown, sent);
    response.write(`data: ${JSON.stringify(changed)}\n\n`);
    // Cut short by the end of the one or the other, which the loop looks at.
    await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    // A browser that reads nothing is told when it reads again, of the state at that time only.
    while (response.writableNeedDrain && !signal.aborted) {
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  response.end();
}

async function changedParts(
  shown: Shown,
  sent: Map<string, string>,
): Promise<Record<string, string>> {
  const changed: Record<string, string> = {};
  const parts = Object.entries(await liveParts(shown, Date.now())).map(([id, { text }]) => {
    return [`live-${id}`, text];
  });
  for (const [id = '', text = ''] of [...parts, ['title', titleOf(shown.deps.upstreams())]]) {
    if (sent.get(id) === text) continue;
    sent.set(id, text);
    changed[id] = text;
  }
  return changed;
}
