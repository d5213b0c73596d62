declare module 'http-proxy' {
  import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
  import type { Socket } from 'node:net';

  interface Options {
    readonly target?: string;
    readonly agent?: Agent;
    readonly xfwd?: boolean;
    readonly timeout?: number;
    readonly proxyTimeout?: number;
    readonly selfHandleResponse?: boolean;
  }
  interface ProxyServer {
    web(request: IncomingMessage, response: ServerResponse, options?: Options): void;
    on(
      event: 'error',
      listener: (error: Error, request: IncomingMessage, response: ServerResponse | Socket) => void,
    ): this;
    on(
      event: 'proxyRes',
      listener: (
        reply: IncomingMessage,
        request: IncomingMessage,
        response: ServerResponse,
      ) => void,
    ): this;
  }
  const httpProxy: { createProxyServer(options: Options): ProxyServer };
  export default httpProxy;
}
