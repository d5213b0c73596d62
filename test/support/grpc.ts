import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

const text = (value: string) => Buffer.from(value);
const read = (bytes: Buffer) => bytes.toString();
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: text,
  requestDeserialize: read,
  responseSerialize: text,
  responseDeserialize: read,
});
const METHODS = {
  unary: method('unary', false, false),
  up: method('up', true, false),
  down: method('down', false, true),
  both: method('both', true, true),
};

/** What a test's service does; messages are strings. */
export interface EchoService {
  readonly unary: handleUnaryCall<string, string>;
  readonly up: handleClientStreamingCall<string, string>;
  readonly down: handleServerStreamingCall<string, string>;
  readonly both: handleBidiStreamingCall<string, string>;
}

/** Says back what it hears. */
export const ECHO: EchoService = {
  unary: (call, callback) => {
    call.sendMetadata(call.metadata.clone());
    const trailer = new Metadata();
    trailer.set('x-trailer', 'after');
    callback(null, `${call.request}!`, trailer);
  },
  up: (call, callback) => {
    let all = '';
    call.on('data', (message: string) => {
      all += message;
    });
    call.on('end', () => callback(null, all));
  },
  down: (call) => {
    for (const letter of call.request) call.write(letter);
    call.end();
  },
  both: (call) => {
    call.on('data', (message: string) => call.write(`${message}!`));
    call.on('end', () => call.end());
  },
};

/** A real gRPC server on a loopback port of its own. */
export interface GrpcUpstream {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it as a deployment would: GOAWAY, and what runs comes to its end. */
  drain(): Promise<void>;
}

/** Starts one that ends when the running test is over. */
export async function startGrpcUpstream(service: EchoService = ECHO): Promise<GrpcUpstream> {
  const server = new Server();
  server.addService(METHODS, { ...service });
  const bound = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) bound.resolve(port);
    else bound.reject(error);
  });
  const port = await bound.promise;
  onTestFinished(() => server.forceShutdown());
  return {
    url: `http://127.0.0.1:${port}`,
    drain: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  };
}

/** What became of a unary call. */
interface Called {
  readonly reply: string | undefined;
  readonly error: ServiceError | null;
  readonly fields: Metadata;
  readonly trailers: Metadata;
}

/** A client of that service. */
export interface GrpcClient {
  readonly client: Client;
  unary(message: string, metadata?: Metadata): Promise<Called>;
  up(): ClientWritableStream<string> & { readonly reply: Promise<string> };
  down(message: string): ClientReadableStream<string>;
  both(): ClientDuplexStream<string, string>;
}

/** Opens a channel to `http://HOST:PORT` that closes when the running test is over. */
export function connectGrpc(url: string, options: ChannelOptions = {}): GrpcClient {
  const client = new Client(new URL(url).host, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  return {
    client,
    unary(message, metadata = new Metadata()) {
      const { promise, resolve } = Promise.withResolvers<Called>();
      let fields = new Metadata();
      let called: Pick<Called, 'reply' | 'error'> | null = null;
      const { path } = METHODS.unary;
      const call = client.makeUnaryRequest(path, text, read, message, metadata, (error, reply) => {
        called = { reply, error };
      });
      call.on('metadata', (got: Metadata) => {
        fields = got;
      });
      call.on('status', ({ metadata: trailers }) => {
        // The callback comes in the same turn, before or after.
        setImmediate(() => {
          if (called !== null) resolve({ ...called, fields, trailers });
        });
      });
      return promise;
    },
    up() {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      promise.catch(() => undefined); // For a test that does not ask for it.
      const call = client.makeClientStreamRequest<string, string>(
        METHODS.up.path,
        text,
        read,
        (error, reply) => {
          if (error === null) resolve(reply ?? '');
          else reject(error);
        },
      );
      return Object.assign(call, { reply: promise });
    },
    down: (message) => client.makeServerStreamRequest(METHODS.down.path, text, read, message),
    both: () => client.makeBidiStreamRequest(METHODS.both.path, text, read),
  };
}
