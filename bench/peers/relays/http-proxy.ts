import { Agent, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { serve } from './serve.ts';
import { readSetting, sendOutage } from './setting.ts';

const setting = readSetting();
const { originPort, outageAnswer } = setting;
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${originPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 64 }),
  xfwd: true,
});
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse) sendOutage(response, outageAnswer);
});
serve(setting, (request, response) => proxy.web(request, response));
