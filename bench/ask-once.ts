import { request } from 'node:http';
import { connect } from 'node:http2';
import { request as secureRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { CapturedAnswer } from './peers/peer.ts';
import type { Scenario } from './scenarios.ts';

/** Makes the scenario's request once and returns what came, whole. */
export function askOnce(port: number, scenario: Scenario): Promise<CapturedAnswer> {
  return scenario.protocol === 'h2' ? askHttp2(port, scenario) : askHttp1(port, scenario);
}

function askHttp1(port: number, scenario: Scenario): Promise<CapturedAnswer> {
  const { method, path, headers, bodyBytes, protocol } = scenario;
  const { promise, resolve, reject } = Promise.withResolvers<CapturedAnswer>();
  const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
  const asked =
    protocol === 'tls'
      ? secureRequest({ ...options, rejectUnauthorized: false })
      : request(options);
  asked.once('error', reject);
  asked.once('response', (reply) => {
    captured(reply, {
      status: reply.statusCode ?? 0,
      reasonPhrase: reply.statusMessage ?? '',
      headers: withoutConnection(reply.rawHeaders),
    }).then(resolve, reject);
  });
  asked.end('x'.repeat(bodyBytes));
  return promise;
}

async function askHttp2(port: number, scenario: Scenario): Promise<CapturedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CapturedAnswer>();
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.once('error', reject);
  const { method, path, headers } = scenario;
  const stream = session.request({ ':method': method, ':path': path, ...headers });
  stream.once('error', reject);
  stream.once('response', (fields) => {
    const status = Number(fields[':status']);
    captured(stream, { status, reasonPhrase: '', headers: [] }).then(resolve, reject);
  });
  return promise.finally(() => session.close());
}

async function captured(
  reply: Readable,
  head: Omit<CapturedAnswer, 'body'>,
): Promise<CapturedAnswer> {
  return { ...head, body: (await buffer(reply)).toString('latin1') };
}

/** What `node:http` adds by itself must not be sent twice. */
function withoutConnection(fields: readonly string[]): string[] {
  const pairs = fields.map((name, index) => [name, fields[index + 1] ?? '']);
  return pairs
    .filter((_pair, index) => index % 2 === 0)
    .filter(([name = '']) => !/^(connection|keep-alive|date)$/i.test(name))
    .flat();
}
