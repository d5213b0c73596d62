import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfField, nominatedBy } from '../../src/gateway/field.ts';
import { forwardedFields } from '../../src/gateway/forwarded-fields.ts';
import { introduce } from '../../src/gateway/peer.ts';
import { readReply } from '../../src/gateway/reply.ts';
import type { RequestHead } from '../../src/gateway/request-head.ts';

const KNOWN = [
  'Accept',
  'Authorization',
  'Connection',
  'Content-Length',
  'Cookie',
  'Expect',
  'Forwarded',
  'Host',
  'HTTP2-Settings',
  'Keep-Alive',
  'Max-Forwards',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Set-Cookie',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Via',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-IP',
  'X-Request-Id',
];
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 20 });
const anyCase = (word: string) =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((uppers) =>
      [...word]
        .map((letter, at) => (uppers[at] ? letter.toUpperCase() : letter.toLowerCase()))
        .join(''),
    );
const name = fc.oneof(fc.constantFrom(...KNOWN).chain(anyCase), token);
const BYTES = Array.from({ length: 0xe0 }, (_, index) => String.fromCharCode(index + 0x20));
const value = fc.string({
  unit: fc.constantFrom(...BYTES.filter((byte) => byte !== '\x7f')),
  maxLength: 20,
});
const fields = fc.array(fc.tuple(name, value), { maxLength: 15 });
/** Of a reply, whose Transfer-Encoding is `chunked` where it has one: all else is refused. */
const replyFields = fields.map((given) =>
  given.map(
    ([sent, value]): Field => [sent, /^transfer-encoding$/i.test(sent) ? 'chunked' : value],
  ),
);
const connection = fc
  .array(fc.oneof(name, token), { maxLength: 4 })
  .map((names) => names.join(' , '));

type Field = readonly [string, string];

function paired(flat: readonly string[]): Field[] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [
    flat[2 * at] ?? '',
    flat[2 * at + 1] ?? '',
  ]);
}

/** What the upstream gets of a request with these fields, and of which the client nominates some. */
function forwarded(given: readonly Field[], nominates: string, isTrusted: boolean): Field[] {
  const head: RequestHead = {
    method: 'GET',
    target: '/',
    authority: 'app.example',
    rawHeaders: [...given.flat(), 'Connection', nominates],
    hasBody: false,
    contentLength: null,
    nominated: nominatedBy(nominates),
    requestId: null,
    maxForwards: null,
    upgrade: null,
    mayBeSilent: false,
    acceptsTrailers: false,
  };
  const peer = introduce(new Socket(), false);
  return paired(forwardedFields(head, { peer, isTrusted, reference: 'REF' }));
}

const OWN = ['Via', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Request-Id'];

test('whatever a client sends and nominates, nothing of its hop goes upstream', () => {
  fc.assert(
    fc.property(fields, connection, fc.boolean(), (given, nominates, isTrusted) => {
      const nominated = nominatedBy(nominates);
      const sent = forwarded(given, nominates, isTrusted);
      const theirs = sent.slice(1, -OWN.length);
      for (const [sentName] of theirs) {
        expect(HOP_BY_HOP.has(sentName.toLowerCase())).toBe(false);
        expect(nominated?.has(sentName.toLowerCase()) ?? false).toBe(false);
        expect(['host', 'expect']).not.toContain(sentName.toLowerCase());
      }
    }),
  );
});

test('whatever a client sends and nominates, the gateway’s own fields come first and last', () => {
  fc.assert(
    fc.property(fields, connection, fc.boolean(), (given, nominates, isTrusted) => {
      const sent = forwarded(given, nominates, isTrusted);
      expect(sent[0]).toEqual(['host', 'app.example']);
      expect(sent.slice(-OWN.length).map(([sentName]) => sentName)).toEqual(OWN);
    }),
  );
});

test('what a client that nobody trusts says of its own client never goes upstream', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const claims = given.filter(([sentName]) =>
        /^x-forwarded|^forwarded$|^x-real/i.test(sentName),
      );
      const sent = forwarded(given, '', false).slice(1, -OWN.length);
      for (const claim of claims) expect(sent).not.toContainEqual(claim);
    }),
  );
});

test('end-to-end fields of a request keep their order, case, repetition and bytes', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const isPlain = ([sentName]: Field) => kindOfField(sentName) === 'end_to_end';
      const kept = given.filter(isPlain);
      const sent = forwarded(given, 'close', false).slice(1, -OWN.length).filter(isPlain);
      expect(sent).toEqual(kept);
    }),
  );
});

test('end-to-end fields of a reply keep their order, case, repetition and bytes, and its hop’s go', () => {
  fc.assert(
    fc.property(replyFields, connection, (given, nominates) => {
      const raw = [...given, ['Connection', nominates] as const]
        .flat()
        .map((text) => Buffer.from(text, 'latin1'));
      const form = { method: 'GET', isHttp10: false };
      const relayed = paired(readReply(200, 'OK', raw, form).fields);
      const all = given
        .filter(([sentName]) => sentName.toLowerCase() === 'connection')
        .map(([, listed]) => listed);
      const nominated = new Set(
        [...all, nominates].flatMap((list) => [...(nominatedBy(list) ?? [])]),
      );
      const kept = given.filter(
        ([sentName]) =>
          !HOP_BY_HOP.has(sentName.toLowerCase()) && !nominated.has(sentName.toLowerCase()),
      );
      expect(relayed.filter(([sentName]) => sentName !== 'Trailer')).toEqual(kept);
    }),
  );
});

test('a reply that has no body never promises one, nor trailers', () => {
  const form = fc.record({ method: fc.constantFrom('GET', 'HEAD'), isHttp10: fc.boolean() });
  fc.assert(
    fc.property(replyFields, form, fc.constantFrom(204, 304, 200), (given, asked, status) => {
      const raw = given.flat().map((text) => Buffer.from(text, 'latin1'));
      const names = paired(readReply(status, '', raw, asked).fields).map(([sent]) =>
        sent.toLowerCase(),
      );
      if (status === 204) expect(names).not.toContain('content-length');
      if (status !== 200 || asked.isHttp10 || asked.method === 'HEAD') {
        expect(names).not.toContain('trailer');
      }
      expect(names).not.toContain('transfer-encoding');
    }),
  );
});

test('a nomination is found in any case and spacing, and what frames or routes cannot be nominated', () => {
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 6 }),
      fc.constantFrom(',', ', ', ' ,\t', ',,'),
      (names, comma) => {
        const protectedNames = [
          'close',
          'keep-alive',
          'upgrade',
          'host',
          'content-length',
          'transfer-encoding',
        ];
        const wanted = new Set(names.map((one) => one.toLowerCase()));
        for (const one of protectedNames) wanted.delete(one);
        expect(nominatedBy(names.join(comma)) ?? new Set()).toEqual(wanted);
      },
    ),
  );
});

test('the kind of a field does not depend on its case', () => {
  fc.assert(
    fc.property(
      name.chain((one) => fc.tuple(fc.constant(one), anyCase(one))),
      ([one, other]) => {
        expect(kindOfField(one)).toBe(kindOfField(other));
      },
    ),
  );
});
