import { isUtf8 } from 'node:buffer';
import type { Answer, Asker, ClientKind, Matter } from '../answer/answer.ts';
import { newReference } from '../answer/answerer.ts';
import { readAsk, recognise } from '../answer/client-kind.ts';
import type { Log } from '../log.ts';
import { HEALTHY, isHealthCheck } from './health-check.ts';
import { matchRoute, type Route } from './match-route.ts';
import type { Plan } from './plan.ts';
import { atPresent, type Outlook, Supposition } from './preview-outlook.ts';
import { type PreviewRequest, type PreviewWish, readWish } from './preview-request.ts';

/** What a client gets, now or in a situation that is supposed, and why. */
export interface Preview {
  /** `now`, or the situation that was supposed. */
  readonly when: string;
  readonly as: string;
  readonly method: string;
  readonly url: string;
  /**
   * `answered` by the gateway; `passed_on` to the upstream, so that there is nothing to show; `own_path`:
   * one of the gateway's public paths, which are served in every situation.
   */
  readonly outcome: 'answered' | 'passed_on' | 'own_path';
  readonly route: PreviewRoute | null;
  /** The row of the table of client kinds; null where nobody is answered. */
  readonly row: number | null;
  readonly client: string | null;
  readonly kind: ClientKind | null;
  readonly why: readonly string[];
  /** Null where nothing is answered. */
  readonly status: number | null;
  readonly reasonPhrase: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `base64` for a body that is no text. */
  readonly encoding: 'utf8' | 'base64';
  readonly bytes: number;
}

/** The route that decides, as the settings have it. */
interface PreviewRoute {
  /** Position in `routes`, from 0. */
  readonly index: number;
  readonly host: string | null;
  readonly path: string | null;
  readonly methods: readonly string[] | null;
  readonly upstream: string;
}

/** Explains one request; what is wrong with it comes back in words. */
export type Previewer = (wish: PreviewWish) => Preview | { readonly fault: string };

/** Made when a plan is first asked, and gone with it. */
const previewers = new WeakMap<Plan, Previewer>();

/** Explains requests by a plan, with the functions that requests are handled by. Nothing is sent anywhere. */
export function previewerOf(plan: Plan, log: Log): Previewer {
  const known = previewers.get(plan);
  if (known !== undefined) return known;
  const made = createPreviewer(plan, log);
  previewers.set(plan, made);
  return made;
}

function createPreviewer(plan: Plan, log: Log): Previewer {
  const supposition = new Supposition(plan, log);
  const defaultUrl = addressOf(plan.routes[0]);
  return (wish) => {
    const asked = readWish(wish, defaultUrl);
    if ('fault' in asked) return asked;
    if (asked.target.startsWith(plan.settings.publicPrefix)) return ownPath(asked);
    const matched = matchRoute(plan.routes, asked);
    const route = asked.when === 'unknown-route' ? null : matched;
    const outlook =
      asked.when === 'now'
        ? atPresent(plan, asked, route)
        : supposition.of({ ...asked, when: asked.when }, route);
    return told(asked, route, outlook);
  };
}

/** An address that a route takes. */
function addressOf(route: Route | undefined): string {
  const { host = null, path = null } = route?.settings ?? {};
  return `http://${host?.replace('*', 'www') ?? 'localhost'}${path ?? '/'}`;
}

function told(asked: PreviewRequest, route: Route | null, outlook: Outlook): Preview {
  const why = [routeInWords(route, asked), ...outlook.why];
  const { matter, answerer } = outlook;
  if (matter === null) return { ...nothing(asked, route), outcome: 'passed_on', why };
  if (
    isHealthCheck(route, { method: asked.method, hasBody: false }) &&
    matter.reason === 'outage'
  ) {
    const check = 'the route is of kind: healthcheck, and the gateway serves';
    return { ...nothing(asked, route), ...textAnswer(HEALTHY), why: [...why, check] };
  }
  const { method, target, rawHeaders } = asked;
  const settings = route?.settings ?? null;
  const asker: Asker = { method, target, rawHeaders, reference: newReference(), route: settings };
  const answer = answerer.answer(asker, matter);
  const { row, sign } = recognise(readAsk(asker));
  return {
    ...nothing(asked, route),
    ...written(answer),
    row: row.row,
    client: row.client,
    kind: row.kind,
    why: [...why, ...requestInWords(matter, answer), `row ${row.row}, ${row.client}: ${sign}`],
  };
}

function ownPath(asked: PreviewRequest): Preview {
  const why = ["row 1: one of the gateway's own paths, never forwarded and never replaced"];
  return { ...nothing(asked, null), outcome: 'own_path', row: 1, client: 'own paths', why };
}

function nothing({ when, as, method, url }: PreviewRequest, route: Route | null) {
  return {
    ...{ when, as, method, url },
    outcome: 'answered' as const,
    route: route === null ? null : routeOf(route),
    ...{ row: null, client: null, kind: null, status: null, reasonPhrase: null, headers: {} },
    ...{ body: '', encoding: 'utf8' as const, bytes: 0 },
  };
}

function routeOf({ index, settings: { host, path, methods, upstream } }: Route): PreviewRoute {
  return { index, host, path, methods, upstream };
}

function textAnswer(body: string) {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
  return { status: 200, reasonPhrase: 'OK', headers, body, bytes: body.length };
}

function written({ status, reasonPhrase, headers, body }: Answer) {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const encoding = isUtf8(bytes) ? ('utf8' as const) : ('base64' as const);
  const fields = headers.flatMap((name, index) =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : [],
  );
  return {
    ...{ status, reasonPhrase, headers: Object.fromEntries(fields) },
    ...{ body: bytes.toString(encoding), encoding, bytes: bytes.length },
  };
}

function routeInWords(route: Route | null, { authority, method }: PreviewRequest): string {
  if (route === null) return `no route leads anywhere from here (${method}, host ${authority})`;
  const { host, path, methods, upstream } = route.settings;
  const marks = [
    ...(host === null ? [] : [`host ${host}`]),
    ...(path === null ? [] : [`path ${path}`]),
    ...(methods === null ? [] : [`method ${methods.join(' or ')}`]),
  ];
  const what = marks.length === 0 ? 'it takes everything' : marks.join(', ');
  return `routes[${route.index}] is the first that matches (${what}): upstream ${upstream}`;
}

function requestInWords({ disposition }: Matter, { retrySafe, reason }: Answer): readonly string[] {
  return [
    disposition === 'not_processed'
      ? 'not processed: no byte of the request reached an endpoint'
      : 'outcome unknown: the request was sent, and no whole reply that can be believed came',
    ...(reason === 'unknown_route' ? [] : [repeatInWords(retrySafe)]),
  ];
}

function repeatInWords(isSafe: boolean): string {
  return isSafe ? 'a repeat is safe' : 'a repeat is not safe, so no Retry-After invites to one';
}
