import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { serve } from './serve.ts';
import { readSetting, sendOutage } from './setting.ts';

const setting = readSetting();
const { originPort, outageAnswer } = setting;
const pool = new Pool(`http://127.0.0.1:${originPort}`, { connections: 64 });

serve(setting, (request, response) => {
  pool.dispatch(
    {
      path: request.url ?? '/',
      // By type: the list of methods that undici names is shorter than what it sends.
      method: request.method as Dispatcher.HttpMethod,
      headers: withoutConnection(request.rawHeaders),
      body: hasBody(request) ? request : null,
    },
    relayTo(response),
  );
});

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** undici refuses these two, and node:http2 what names a request's parts; all else is copied as it came. */
function withoutConnection(fields: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    const isHop = name.length === 10 && /^(connection|keep-alive)$/i.test(name);
    if (!isHop && name[0] !== ':') kept.push(name, fields[index + 1] ?? '');
  }
  return kept;
}

function relayTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => undefined,
    onResponseStart: ({ rawHeaders }, status) => {
      const fields = Array.isArray(rawHeaders) ? rawHeaders.map(String) : [];
      response.writeHead(status, withoutConnection(fields));
    },
    onResponseData: (controller, chunk) => {
      // Nothing drains a response whose client has left, and a paused connection starves the pool.
      if (response.write(chunk) || response.destroyed) return;
      controller.pause();
      const resume = () => controller.resume();
      response.once('drain', resume).once('close', resume);
    },
    onResponseEnd: () => void response.end(),
    onResponseError: () => sendOutage(response, outageAnswer),
  };
}
