import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { Agent, createServer, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { type Ground, PAGE } from './rival.ts';

const ground: Ground = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')); // Written by http-proxy.ts.
const { port, hosts, endpointPort, dns } = ground;
const agent = new Agent({ keepAlive: true });
const proxy = httpProxy.createProxyServer({
  agent,
  xfwd: true,
  timeout: 3_000,
  proxyTimeout: 3_000,
  selfHandleResponse: true,
});
let next = 0;

proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse) sayUnavailable(response);
});
proxy.on('proxyRes', (reply, _request, response) => {
  const status = reply.statusCode ?? 502;
  if (status >= 502 && status <= 504) {
    reply.resume();
    return sayUnavailable(response);
  }
  response.writeHead(status, reply.rawHeaders);
  reply.pipe(response);
});

const resolver = new Resolver();
if (dns !== null) resolver.setServers([`127.0.0.1:${dns.port}`]);

createServer(async (request, response) => {
  const found = dns === null ? hosts : await resolver.resolve4(dns.name).catch(() => []);
  next += 1;
  const host = found[next % Math.max(1, found.length)];
  if (host === undefined) return sayUnavailable(response);
  proxy.web(request, response, { target: `http://${host}:${endpointPort}` });
}).listen(port, '127.0.0.1');

function sayUnavailable(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(503, { 'content-type': 'text/html' }).end(PAGE);
}
