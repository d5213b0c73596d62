import {
  ApolloClient,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  ServerError,
} from '@apollo/client';
import { ClientError, GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outage, openOutage } from './outage.ts';

/** What the code of a GraphQL client's user sees. */

const QUERY = '{ customers { id } }';
const MUTATION = 'mutation { createCustomer(name: "Acme") { id } }';

let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

describe('graphql-request', () => {
  const ask = async (path: string, document: string): Promise<ClientError> => {
    const error: unknown = await new GraphQLClient(`${outage.url}${path}`)
      .request(document)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    return error as ClientError;
  };

  test('a query throws an error with our message and the outage beside it', async () => {
    const { response } = await ask('/graphql', QUERY);
    expect(response.status).toBe(503);
    expect(response.errors).toMatchObject([
      {
        message: 'ChargeOver is unavailable. Nothing was sent, so it is safe to try again.',
        extensions: {
          code: 'SERVICE_UNAVAILABLE',
          outage: { disposition: 'not_processed', statusPage: outage.statusPage },
        },
      },
    ]);
    expect(response.data).toBeUndefined();
  });

  test('a mutation that was sent and not answered is of unknown outcome', async () => {
    const { response } = await ask('/slow/graphql', MUTATION);
    expect(response.errors?.[0]?.extensions).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      outage: { retrySafe: false, retryAfter: null },
    });
  });
});

describe('Apollo Client', () => {
  test('a query rejects, and its error says what the answer says', async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: `${outage.url}/graphql` }),
      cache: new InMemoryCache(),
    });
    const error: unknown = await client
      .query({ query: gql(QUERY) })
      .catch((thrown: unknown) => thrown);
    client.stop();
    // It accepts `application/graphql-response+json`, and so reads the errors of a 503 as GraphQL's own.
    if (CombinedGraphQLErrors.is(error)) {
      expect(error.errors[0]?.message).toMatch(/^ChargeOver is unavailable\./);
      expect(error.errors[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE');
    } else {
      expect(ServerError.is(error) && error.bodyText).toContain('SERVICE_UNAVAILABLE');
    }
  });
});
