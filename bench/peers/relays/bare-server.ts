import { LARGE_BYTES, SMALL_BYTES } from '../../scenarios.ts';
import { serve } from './serve.ts';
import { readSetting, sendOutage } from './setting.ts';

const setting = readSetting();
const { isOutage, outageAnswer } = setting;
const small = 'x'.repeat(SMALL_BYTES);
const large = Buffer.alloc(LARGE_BYTES, 'x');

serve(setting, (request, response) => {
  if (isOutage) return sendOutage(response, outageAnswer);
  if (request.method === 'POST') {
    request.resume().once('end', () => send(200, 'ok'));
    return;
  }
  send(200, request.url === '/large' ? large : small);

  function send(status: number, body: string | Buffer): void {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, ['Content-Type', 'text/html', 'Content-Length', length]).end(body);
  }
});
