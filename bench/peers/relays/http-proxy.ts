import { Agent, createServer, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { readSetting, sendOutage } from './setting.ts';

const { port, originPort, outageAnswer } = readSetting();
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${originPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 64 }),
  xfwd: true,
});
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse) sendOutage(response, outageAnswer);
});
createServer((request, response) => proxy.web(request, response)).listen(port, '127.0.0.1');
