import { expect, test } from 'vitest';
import { readAsk } from '../../src/answer/client-kind.ts';
import { isRetrySafe } from '../../src/answer/retry-safe.ts';
import { asker, matter } from './samples.ts';

const SENT = matter({ disposition: 'unknown' });

test.for([
  { target: '/graphql?query={me}', is: true },
  { target: '/graphql?query=query+Me{me}', is: true },
  { target: '/graphql?a=b&query=%20%7Bme%7D', is: true },
  { target: '/graphql?query={me}', method: 'HEAD', is: true },
  { target: '/graphql', method: 'OPTIONS', is: true },
  { target: '/graphql?query={me}', method: 'POST', is: false },
  { target: '/graphql?query={me}', method: 'PUT', is: false },
  { target: '/graphql?query={me}', method: 'DELETE', is: false },
  { target: '/graphql', is: false },
  { target: '/graphql?id=1', is: false },
  { target: '/graphql?query={me}&query=mutation{pay}', is: false },
  { target: '/graphql?query=mutation{pay}', is: false },
  { target: '/graphql?query=subscription{paid}', is: false },
  { target: '/graphql?query=query+A{me}+mutation+B{pay}', is: false },
  { target: '/graphql?query=query+A{me}+subscription+B{pay}', is: false },
  { target: '/graphql?query=query+A{mutations}', is: true },
  { target: '/graphql?query=queryMe', is: false },
  { target: '/graphql?query=fragment+F+on+T{a}+{me}', is: false },
])('GraphQL $target may be sent again: $is', ({ target, method = 'GET', is }) => {
  expect(isRetrySafe(readAsk(asker({}, { method, target })), SENT, true)).toBe(is);
});
