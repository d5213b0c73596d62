import type { Request, Response } from 'express';
import { titleOf } from './bar.ts';
import { liveParts, type Shown } from './page.ts';

const EVERY_MS = 2_000;

/**
 * Tells a console of what has changed, every two seconds: an object of those parts that read otherwise than
 * when they were sent last. Ends when the browser leaves, or with `stop`.
 */
export function streamLive(
  request: Request,
  response: Response,
  { shown, stop }: { readonly shown: Shown; readonly stop: AbortSignal },
): void {
  response.setHeader('Content-Type', 'text/event-stream');
  response.flushHeaders();
  const sent = new Map<string, string>();
  const tell = (): void => {
    // A browser that reads nothing is told when it reads again, and of the state at that time only.
    if (response.writableNeedDrain) return;
    const changed = changedParts(shown, sent);
    response.write(`data: ${JSON.stringify(changed)}\n\n`);
  };
  const timer = setInterval(tell, EVERY_MS).unref();
  const end = (): void => {
    clearInterval(timer);
    stop.removeEventListener('abort', end);
    response.end();
  };
  stop.addEventListener('abort', end);
  request.once('close', end);
  tell();
}

function changedParts(shown: Shown, sent: Map<string, string>): Record<string, string> {
  const changed: Record<string, string> = {};
  const now = Date.now();
  const parts = Object.entries(liveParts(shown, now)).map(([id, { text }]) => [`live-${id}`, text]);
  for (const [id = '', text = ''] of [...parts, ['title', titleOf(shown.deps.upstreams())]]) {
    if (sent.get(id) === text) continue;
    sent.set(id, text);
    changed[id] = text;
  }
  return changed;
}
