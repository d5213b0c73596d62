import { z } from 'zod';
import { webOrigin } from './addresses.ts';
import { bodyBytes } from './limits-schema.ts';
import { finalStatus, method, pathPrefix, routeHost } from './request-words.ts';
import { flag, line, list, section, word } from './scalars.ts';
import type { MisleadingRule, RouteSettings } from './settings.ts';
import { settingName } from './upstream-schema.ts';

/** One route. The order of the routes decides: the first that matches a request is taken. */
export const route = section({
  host: routeHost()
    .optional()
    .describe(
      'The host that is asked for; `*.example.com` matches any name under it. None: every host.',
    ),
  path: pathPrefix().optional().describe('The beginning of the path. None: every path.'),
  method: list(method(), 'a list of methods such as [POST]', 1)
    .optional()
    .describe('The methods that match. None: every method.'),
  upstream: line(63).describe('The upstream that the requests go to.'),
  misleading: list(line(63), 'a list of names of rules under `misleading`')
    .prefault([])
    .describe('The rules by which replies are checked for blaming the user for an outage.'),
  errors: line(63)
    .optional()
    .describe('The envelope under `errors` in which API clients are answered.'),
  cors: list(webOrigin(), 'a list of origins such as [https://portal.example.com]')
    .prefault([])
    .describe('The origins whose CORS preflight is answered 204 during an outage.'),
  payment: flag().describe('Whether a request may move money: the page then speaks of payments.'),
  idempotencyKey: flag().describe(
    'Whether the upstream honours `Idempotency-Key`, so that a request with one is safe to repeat.',
  ),
  kind: word(['graphql', 'webhook', 'pixel', 'healthcheck'])
    .optional()
    .describe(
      'What calls here when the request itself does not tell. `healthcheck` is answered 200 by the gateway while the upstream does not answer.',
    ),
  answers: word(['all', 'own-failures-only'])
    .prefault('all')
    .describe(
      '`own-failures-only` passes every reply of the upstream on, its own 502, 503 and 504 too, and answers only where no reply came.',
    ),
  bodyBytes: bodyBytes()
    .optional()
    .describe('The longest body of a request that comes this way. None: as `limits.bodyBytes`.'),
}).transform(
  ({
    host = null,
    path = null,
    method: methods = null,
    errors = null,
    kind = null,
    bodyBytes: mostOfBody = null,
    ...rest
  }): RouteSettings => ({
    ...rest,
    host,
    path,
    methods,
    errors,
    kind,
    bodyBytes: mostOfBody,
  }),
);

const memberPath = z.string().regex(/^[^.\p{Cc}]{1,200}(?:\.[^.\p{Cc}]{1,200}){0,19}$/u, {
  error: 'the name of a member, or names with dots between them such as error.code',
});
const memberValue = z.union([line(1_000), z.number(), z.boolean(), z.null()], {
  error: 'text of 1 to 1000 characters on one line, a number, true, false or null',
});
const membersExpected =
  'a mapping of members to their values such as { error.code: invalid_credentials }';
const jsonMembers = z
  .record(memberPath, memberValue, { error: membersExpected })
  .refine((members) => Object.keys(members).length > 0, { error: membersExpected })
  .meta({ title: 'mapping of members to values' });

/** One rule for replies that blame the user; its name is the key that it stands under. */
export const misleadingRule = section({
  status: list(finalStatus(), 'a list of statuses such as [200, 401]', 1)
    .optional()
    .describe('The statuses of such a reply. None: any status.'),
  body: line(1_000).optional().describe('The sentence to look for in the body.'),
  json: jsonMembers
    .optional()
    .describe(
      'The members of a JSON body that mean the same, dotted paths, with the value that each has to have.',
    ),
  redirect: line(2_000)
    .optional()
    .describe('A `Location` that means the same; `*` stands for any characters.'),
  dependsOn: list(settingName, 'a list of upstreams such as [app]', 1).describe(
    'The upstreams whose outage makes such a reply untrue.',
  ),
  holdBack: list(method(), 'a list of methods such as [POST]')
    .prefault([])
    .describe(
      'The methods that are not forwarded at all while one of these upstreams is down: a lockout counter must not count an outage.',
    ),
}).transform(
  ({
    status = [],
    body = null,
    json = null,
    redirect = null,
    ...rest
  }): Omit<MisleadingRule, 'name'> => ({
    ...rest,
    statuses: status,
    body,
    json,
    redirect,
  }),
);
