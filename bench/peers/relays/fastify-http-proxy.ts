import { ServerResponse } from 'node:http';
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { readSetting, sendOutage } from './setting.ts';

const { port, originPort, outageAnswer } = readSetting();
const server = Fastify();
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
