import { Client } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Cause } from '../../src/outage/cause.ts';
import { causeOf, isOwnFault } from '../../src/upstream/cause-of.ts';
import { type Behaviour, startUpstream } from '../support/upstream.ts';

const withCode = (code: string, more: object = {}) =>
  Object.assign(new Error(code), { code, ...more });

describe('the cause of an error', () => {
  test.for<{ code: string; cause: Cause }>([
    { code: 'ECONNREFUSED', cause: 'connection_refused' },
    { code: 'EHOSTUNREACH', cause: 'connection_timeout' },
    { code: 'ENETUNREACH', cause: 'connection_timeout' },
    { code: 'ETIMEDOUT', cause: 'connection_timeout' },
    { code: 'UND_ERR_CONNECT_TIMEOUT', cause: 'connection_timeout' },
    { code: 'ECONNRESET', cause: 'connection_reset' },
    { code: 'EPIPE', cause: 'connection_reset' },
    { code: 'UND_ERR_SOCKET', cause: 'connection_reset' },
    { code: 'UND_ERR_HEADERS_TIMEOUT', cause: 'response_timeout' },
    { code: 'UND_ERR_BODY_TIMEOUT', cause: 'response_timeout' },
    { code: 'HPE_INVALID_CONSTANT', cause: 'bad_response' },
    { code: 'HPE_HEADER_OVERFLOW', cause: 'bad_response' },
    { code: 'UND_ERR_HEADERS_OVERFLOW', cause: 'bad_response' },
    { code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', cause: 'bad_response' },
    { code: 'ENOTFOUND', cause: 'dns_error' },
    { code: 'EAI_AGAIN', cause: 'dns_error' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', cause: 'tls_error' },
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', cause: 'tls_error' },
    { code: 'CERT_HAS_EXPIRED', cause: 'tls_error' },
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', cause: 'tls_error' },
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', cause: 'tls_error' },
    { code: 'EPROTO', cause: 'tls_error' },
  ])('with the code $code is $cause', ({ code, cause }) => {
    expect(causeOf(withCode(code))).toBe(cause);
  });

  test.for<{ name: string; error: unknown; cause: Cause }>([
    {
      name: 'several addresses, each refused',
      error: new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]),
      cause: 'connection_refused',
    },
    {
      name: 'several addresses, the first known cause',
      error: new AggregateError([withCode('EODD'), withCode('EHOSTUNREACH')]),
      cause: 'connection_timeout',
    },
    {
      name: 'a cause below',
      error: new TypeError('fetch failed', { cause: withCode('ECONNRESET') }),
      cause: 'connection_reset',
    },
    { name: 'an unknown code', error: withCode('EODD'), cause: 'bad_response' },
    { name: 'a name of Object.prototype', error: withCode('constructor'), cause: 'bad_response' },
    { name: 'a code that is a number', error: { code: 42 }, cause: 'bad_response' },
    { name: 'no error at all', error: undefined, cause: 'bad_response' },
    { name: 'a string', error: 'ECONNREFUSED', cause: 'bad_response' },
  ])('of $name is $cause', ({ error, cause }) => {
    expect(causeOf(error)).toBe(cause);
  });

  test('that is its own cause is found all the same', () => {
    const error = new Error('a loop');
    error.cause = error;
    expect(causeOf(error)).toBe('bad_response');
  });

  test.for<{ behaviour: Behaviour; cause: Cause }>([
    { behaviour: 'reset', cause: 'connection_reset' },
    { behaviour: 'reset_mid_head', cause: 'connection_reset' },
    { behaviour: 'break_off', cause: 'connection_reset' },
    { behaviour: 'end_early', cause: 'connection_reset' },
    { behaviour: 'garbage', cause: 'bad_response' },
    { behaviour: 'hang', cause: 'response_timeout' },
    { behaviour: 'hang_mid_body', cause: 'response_timeout' },
  ])('of a request to one that does "$behaviour" is $cause', async ({ behaviour, cause }) => {
    const app = await startUpstream(behaviour);
    const client = new Client(app.url, { headersTimeout: 200, bodyTimeout: 200 });
    onTestFinished(() => client.destroy());
    const error = await client
      .request({ method: 'GET', path: '/' })
      .then(({ body }) => body.text())
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(causeOf(error)).toBe(cause);
  });
});

test('a want of descriptors or ports is our own fault, and nothing of the upstream is', () => {
  expect(isOwnFault(withCode('EMFILE'))).toBe(true);
  expect(isOwnFault(withCode('EADDRNOTAVAIL'))).toBe(true);
  expect(isOwnFault(withCode('ECONNREFUSED'))).toBe(false);
  expect(isOwnFault(null)).toBe(false);
});
