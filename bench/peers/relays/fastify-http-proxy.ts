import { ServerResponse } from 'node:http';
import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyServerOptions } from 'fastify';
import { secureOptions } from './serve.ts';
import { readSetting, sendOutage } from './setting.ts';

const setting = readSetting();
const { port, originPort, outageAnswer } = setting;
const https = secureOptions(setting);
// One type for the three servers that it can be: what is used of them is the same.
const server = Fastify({
  ...(https === null ? {} : { https }),
  ...(setting.protocol === 'h2' ? { http2: true } : {}),
} as FastifyServerOptions);
await server.register(httpProxy, {
  upstream: `http://127.0.0.1:${originPort}`,
  undici: { connections: 64 },
  replyOptions: {
    rewriteRequestHeaders: (request, headers) => ({ ...headers, 'x-forwarded-for': request.ip }),
    onError: (reply) => {
      reply.hijack();
      if (reply.raw instanceof ServerResponse) sendOutage(reply.raw, outageAnswer);
    },
  },
});
await server.listen({ port, host: '127.0.0.1' });
