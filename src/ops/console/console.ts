import { readFileSync } from 'node:fs';
import type { Express, NextFunction, Request, Response } from 'express';
import { streamLive } from './live.ts';
import { type ConsoleDeps, consolePage } from './page.ts';

const ASSETS = [
  ['console.css', 'text/css; charset=utf-8'],
  ['console.js', 'text/javascript; charset=utf-8'],
] as const;
/** Everything comes from files of our own; nothing of what strangers write can run, load or be framed. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The console: `GET /`, its style and script, and what it is told as things change. */
export function addConsole(app: Express, deps: ConsoleDeps, stop: AbortSignal): void {
  app.get('/', guarded, (request, response) => {
    const { searchParams } = new URL(request.url, 'http://ops');
    response.type('html').send(consolePage(deps, searchParams, Date.now()));
  });
  app.get('/console/live', (request, response) => {
    streamLive(request, response, { deps, stop });
  });
  for (const [name, type] of ASSETS) {
    const text = readFileSync(new URL(`../../../templates/console/${name}`, import.meta.url));
    app.get(`/console/${name}`, (_request, response) => {
      response.setHeader('Content-Type', type);
      response.end(text);
    });
  }
}

function guarded(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  next();
}
