import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import { TEMPLATES } from '../../answer/template-sources.ts';
import type { OpsSettings } from '../../config/settings.ts';
import { ACT_METHODS, addActs } from './acts.ts';
import { FormTokens } from './form-token.ts';
import { streamLive } from './live.ts';
import { type ConsoleDeps, consolePage } from './page.ts';
import { sendPage } from './send-page.ts';

const ASSETS = [
  ['console.css', 'text/css; charset=utf-8'],
  ['console.js', 'text/javascript; charset=utf-8'],
] as const;

/** What the console is given. Those who watch it are told no more once `stop` is aborted. */
export interface ConsoleOptions {
  readonly deps: ConsoleDeps;
  readonly settings: Pick<OpsSettings, 'token'>;
  readonly stop: AbortSignal;
}

/** The console: `GET /`, its style and script, what it is told as things change, and its forms. */
export function addConsole(app: Express, { deps, settings, stop }: ConsoleOptions): void {
  const formTokens = new FormTokens();
  const shown = { deps, formTokens };
  app.get('/', async (request, response) => {
    const { searchParams } = new URL(request.url, 'http://ops');
    sendPage(response, 200, await consolePage(shown, searchParams, Date.now()));
  });
  app.get('/console/live', (_request, response) => streamLive(response, { shown, stop }));
  for (const [name, type] of ASSETS) {
    const text = readFileSync(new URL(`console/${name}`, TEMPLATES));
    app.get(`/console/${name}`, (_request, response) => {
      response.setHeader('Content-Type', type);
      response.end(text);
    });
  }
  addActs(app, { deps, settings, formTokens });
}

/** The addresses of this file, and what they answer. */
export const CONSOLE_METHODS: readonly (readonly [address: string, methods: string])[] = [
  ['/', 'GET, HEAD'],
  ['/console/live', 'GET, HEAD'],
  ['/console/console.css', 'GET, HEAD'],
  ['/console/console.js', 'GET, HEAD'],
  ...ACT_METHODS,
];
