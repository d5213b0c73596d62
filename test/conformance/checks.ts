import { valuesOf } from './request-reader.ts';
import type { Check, Seen } from './row.ts';

/** The final responses have these statuses, in this order. */
export function answered(...statuses: readonly number[]): Check {
  return (seen) => {
    const got = finals(seen).map(({ status }) => status);
    return got.join() === statuses.join() ? null : `${got.join(', ') || 'nothing'} came`;
  };
}

/** The first final response has one of these statuses. */
export function statusIn(...statuses: readonly number[]): Check {
  return (seen) => {
    const status = finals(seen)[0]?.status;
    return status !== undefined && statuses.includes(status) ? null : `${status ?? 'nothing'} came`;
  };
}

/** Interim responses have these statuses, in this order. */
export function interim(...statuses: readonly number[]): Check {
  return ({ responses }) => {
    const got = responses.map(({ status }) => status).filter((status) => status < 200);
    return got.join() === statuses.join() ? null : `${got.join(', ') || 'no'} interim came`;
  };
}

/** The request was refused, or its connection closed, and the origin has seen nothing whole of it. */
export const refused: Check = (seen) => {
  const { requests } = seen.origin;
  const status = finals(seen)[0]?.status;
  if (requests.length > 0) return `it was forwarded, and answered ${status ?? 'with nothing'}`;
  if (status === undefined) return seen.ended === null ? 'nothing came' : null;
  return (status >= 400 && status < 500) || status === 501 || status === 505
    ? null
    : `${status} came`;
};

/** The origin has seen so many whole requests, and none in part. */
export function originSaw(count: number): Check {
  return ({ origin: { requests, unfinished } }) => {
    if (unfinished.length > 0) return 'the origin got half a request';
    return requests.length === count ? null : `the origin got ${requests.length} requests`;
  };
}

/** No whole request has reached the origin. */
export const originSawNothingWhole: Check = ({ origin: { requests } }) =>
  requests.length === 0 ? null : 'the origin got a whole request';

/** The first request has this value of a field, lines joined by a comma; null: no such field. */
export function originField(name: string, expected: string | RegExp | null): Check {
  return ({ origin }) => {
    const [request] = origin.requests;
    if (request === undefined) return 'the origin got no request';
    return compare(`${name} at the origin`, valuesOf(request.fields, name.toLowerCase()), expected);
  };
}

/** The first request has this target. */
export function originTarget(target: string): Check {
  return ({ origin }) => same('the target', origin.requests[0]?.target, target);
}

/** The first request has this method. */
export function originMethod(method: string): Check {
  return ({ origin }) => same('the method', origin.requests[0]?.method, method);
}

/** The first request has this body. */
export function originBody(body: string): Check {
  return ({ origin }) => same('the body at the origin', origin.requests[0]?.body, body);
}

/** These bytes have not reached the origin, in whatever place, but for a reference, whose letters are random. */
export function originLacks(text: string): Check {
  return ({ origin }) =>
    origin.received
      .toLowerCase()
      .replaceAll(/^x-request-id: .*$/gm, '')
      .includes(text.toLowerCase())
      ? `the origin got ${JSON.stringify(text)}`
      : null;
}

/** The first final response has this value of a field, lines joined by a comma; null: no such field. */
export function clientField(name: string, expected: string | RegExp | null): Check {
  return (seen) => {
    const [response] = finals(seen);
    if (response === undefined) return 'no whole response came';
    return compare(name, valuesOf(response.fields, name.toLowerCase()), expected);
  };
}

/** The first final response has this body. */
export function clientBody(body: string): Check {
  return (seen) => same('the body', finals(seen)[0]?.body, body);
}

/** The bodies of all final responses, in their order. */
export function clientBodies(...bodies: readonly string[]): Check {
  return (seen) =>
    same(
      'the bodies',
      finals(seen)
        .map(({ body }) => body)
        .join('|'),
      bodies.join('|'),
    );
}

/** The first final response has these trailers, by name. */
export function clientTrailer(name: string, expected: string | null): Check {
  return (seen) => {
    const trailers = finals(seen)[0]?.trailers ?? [];
    return compare(`the trailer ${name}`, valuesOf(trailers, name.toLowerCase()), expected);
  };
}

/** These bytes have not reached the client, in whatever place. */
export function clientLacks(text: string): Check {
  return ({ responses, rest }) => {
    const seen = JSON.stringify(responses) + rest;
    return seen.toLowerCase().includes(text.toLowerCase()) ? `the client got ${text}` : null;
  };
}

/** What came behind the last whole response. */
export function restIs(expected: string): Check {
  return ({ rest }) => same('what came behind it', rest, expected);
}

/** The proxy has kept the connection open. */
export const keptOpen: Check = ({ ended }) => (ended === null ? null : `it ended ${ended}`);

/** The client cannot take what it got for a whole response of the origin's. */
export const brokenOff: Check = (seen) => {
  const whole = finals(seen).find(({ status }) => status < 500);
  return whole === undefined || seen.ended === 'by a reset' ? null : 'what came looks whole';
};

/** A gateway's own error in place of a reply that is none (RFC 9110, section 15.6.3). */
export const badGateway: Check = statusIn(502, 503, 504);

/** One of these holds, whichever. */
export function either(...checks: readonly Check[]): Check {
  return (seen) => {
    const texts = checks.map((check) => check(seen));
    return texts.includes(null) ? null : texts.join(', and ');
  };
}

/** All of these hold: for `either`. */
export function all(...checks: readonly Check[]): Check {
  return (seen) => checks.map((check) => check(seen)).find((text) => text !== null) ?? null;
}

/** Responses that are not interim. */
function finals({ responses }: Seen): Seen['responses'] {
  return responses.filter(({ status }) => status >= 200);
}

function compare(
  what: string,
  values: readonly string[],
  expected: string | RegExp | null,
): string | null {
  const got = values.length === 0 ? null : values.join(', ');
  if (expected instanceof RegExp) {
    return got !== null && expected.test(got) ? null : `${what} is ${JSON.stringify(got)}`;
  }
  return got === expected ? null : `${what} is ${JSON.stringify(got)}`;
}

function same(what: string, got: string | undefined, expected: string): string | null {
  return got === expected ? null : `${what} is ${JSON.stringify(got?.slice(0, 80))}`;
}
