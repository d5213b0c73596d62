import { expect, test } from 'vitest';
import { type FieldKind, kindOfField, nominatedBy } from '../../src/gateway/field.ts';

test.for<readonly [kind: FieldKind, names: readonly string[]]>([
  ['hop_by_hop', ['Keep-Alive', 'Proxy-Connection', 'HTTP2-Settings']],
  ['hop_by_hop', ['Proxy-Authorization', 'Proxy-Authenticate', 'Proxy-Authentication-Info']],
  ['accept', ['Accept']],
  ['authority', ['Host']],
  ['connection', ['Connection']],
  ['content_length', ['Content-Length']],
  ['content_type', ['Content-Type']],
  ['cookie', ['Cookie']],
  ['credentials', ['Authorization']],
  ['expect', ['Expect']],
  ['forwarded', ['Forwarded', 'X-Forwarded-Port', 'X-Forwarded-Server', 'X-Real-IP']],
  ['forwarded', ['X-Forwarded-Prefix', 'X-Forwarded-Ssl']],
  ['forwarded_for', ['X-Forwarded-For']],
  ['forwarded_host', ['X-Forwarded-Host']],
  ['forwarded_proto', ['X-Forwarded-Proto']],
  ['max_forwards', ['Max-Forwards']],
  ['request_id', ['X-Request-Id']],
  ['te', ['TE']],
  ['trailer', ['Trailer']],
  ['transfer_encoding', ['Transfer-Encoding']],
  ['upgrade', ['Upgrade']],
  ['end_to_end', ['Accept-Encoding', 'Set-Cookie', 'X-Forwarded', 'Via', '']],
])('%s: %s', ([kind, names]) => {
  for (const name of names) {
    expect([name, kindOfField(name), kindOfField(name.toUpperCase())]).toEqual([name, kind, kind]);
  }
});

test.for(['', 'close', 'keep-alive', 'Keep-Alive', 'KEEP-ALIVE', 'Upgrade', 'Host, close', ' , '])(
  'Connection: %s nominates none',
  (connection) => expect(nominatedBy(connection)).toBeNull(),
);
