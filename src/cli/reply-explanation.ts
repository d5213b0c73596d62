import { isUtf8 } from 'node:buffer';
import type { Evidence } from '../gateway/evidence.ts';
import { HeldReply } from '../gateway/held-reply.ts';
import { matchRoute, type Route, type Rule } from '../gateway/match-route.ts';
import { misleadingReply } from '../gateway/matter.ts';
import type { Plan } from '../gateway/plan.ts';
import { fieldValue, type ReplyHead } from '../gateway/reply.ts';
import { ReplyText } from '../gateway/reply-text.ts';
import type { WrittenReply } from './reply-file.ts';
import { type Look, type RuleTrial, trialOf } from './rule-trial.ts';

/** What a client would get in the place of the reply. */
interface ExpectedAnswer {
  readonly client: 'browser' | 'program';
  readonly status: number;
  readonly reasonPhrase: string;
  readonly contentType: string;
}

/** What the gateway would make of a reply, and why. */
export interface Explanation {
  readonly method: string;
  readonly url: string;
  readonly route: {
    readonly index: number;
    readonly host: string | null;
    readonly path: string | null;
    readonly upstream: string;
  } | null;
  readonly reply: {
    readonly status: number;
    readonly contentType: string | null;
    readonly bytes: number;
    readonly skipped: number;
  };
  /** Why the rules are not asked, or have less to look into; null where all is as usual. */
  readonly remark: string | null;
  readonly rules: readonly RuleTrial[];
  /** Empty where no rule knows the reply. */
  readonly answers: readonly ExpectedAnswer[];
}

/** Tries the rules of the route that a request matches on a reply, with the gateway's own functions. */
export async function explain(
  plan: Plan,
  { method, url }: { readonly method: string; readonly url: URL },
  reply: WrittenReply,
): Promise<Explanation> {
  const target = url.pathname + url.search;
  const route = matchRoute(plan.routes, { authority: url.host, target, method });
  const { inspectBytes } = plan.settings.limits;
  const look = await lookInto(reply, route, { method, inspectBytes });
  const rules = (route?.rules ?? []).map((rule) => trialOf(rule, reply.head, look));
  const first = rules.findIndex(({ matched }) => matched !== null);
  const rule = route?.rules[first];
  return {
    method,
    url: url.href,
    route: route === null ? null : routeOf(route),
    reply: {
      status: reply.head.status,
      contentType: fieldValue(reply.head.fields, 'content-type'),
      bytes: reply.body.length,
      skipped: reply.skipped,
    },
    remark: look.remark,
    rules,
    answers:
      route === null || rule === undefined
        ? []
        : answersTo(plan, { method, target, route, rule }, reply.head),
  };
}

function routeOf({ index, settings: { host, path, upstream } }: Route) {
  return { index, host, path, upstream };
}

/** The text of a reply as far as the gateway looks into it, and what keeps it from that. */
async function lookInto(
  { head, body }: WrittenReply,
  route: Route | null,
  { method, inspectBytes }: { readonly method: string; readonly inspectBytes: number },
): Promise<Look> {
  if (route === null) return unasked('no route of the settings matches this request');
  if (route.rules.length === 0) return unasked('the route has no rules for misleading replies');
  const interest = HeldReply.interestIn(head, route);
  if (interest === 'outage') {
    return unasked(
      `the status ${head.status} is one of the upstream's outageStatuses: rules are not asked`,
    );
  }
  if (method === 'HEAD')
    return byHeadAlone('a reply to HEAD has no body: only its head is looked at');
  if (!new HeldReply(head, 'misleading', { inspectBytes }).take(body)) {
    return unasked(
      `the body is longer than limits.inspectBytes (${inspectBytes} bytes): it passes untouched`,
    );
  }
  const text = await ReplyText.of({ head, body }, { mostBytes: inspectBytes });
  if (text !== null) return { isAsked: true, text, remark: null };
  const coding = fieldValue(head.fields, 'content-encoding') ?? '';
  const asItIs = isUtf8(body)
    ? await ReplyText.of({ head: uncoded(head), body }, { mostBytes: inspectBytes })
    : null;
  return asItIs === null
    ? byHeadAlone(
        `the body is not readable as ${coding}, or longer than limits.inspectBytes without it: it passes untouched`,
      )
    : {
        isAsked: true,
        text: asItIs,
        remark: `the body is not coded as ${coding}: read as curl --compressed writes it`,
      };
}

function unasked(remark: string): Look {
  return { isAsked: false, text: null, remark };
}

function byHeadAlone(remark: string): Look {
  return { isAsked: true, text: null, remark };
}

function uncoded(head: ReplyHead): ReplyHead {
  const fields = head.fields.map((text, index) =>
    index % 2 === 0 && text.toLowerCase() === 'content-encoding' ? 'X-Content-Encoding' : text,
  );
  return { ...head, fields };
}

const BROWSER = ['Accept', 'text/html', 'Sec-Fetch-Dest', 'document', 'Sec-Fetch-Mode', 'navigate'];
const PROGRAM = ['Accept', 'application/json'];

interface Request {
  readonly method: string;
  readonly target: string;
  readonly route: Route;
  readonly rule: Rule;
}

/** What would be sent in the reply's place if the first upstream of the rule were down. */
function answersTo(
  { answerer }: Plan,
  { method, target, route, rule }: Request,
  head: ReplyHead,
): ExpectedAnswer[] {
  const matter = misleadingReply(head, supposedEvidence(rule));
  const asker = { method, target, reference: 'explain', route: route.settings };
  const clients = [
    { client: 'browser', rawHeaders: BROWSER },
    { client: 'program', rawHeaders: PROGRAM },
  ] as const;
  return clients.map(({ client, rawHeaders }) => {
    const { status, reasonPhrase, headers } = answerer.answer({ ...asker, rawHeaders }, matter);
    return { client, status, reasonPhrase, contentType: fieldValue(headers, 'content-type') ?? '' };
  });
}

function supposedEvidence({ settings, dependsOn: [upstream] }: Rule): Evidence {
  const at = Date.now();
  const verdict = { state: 'down', since: at, detectedAt: at, cause: 'no_endpoints' } as const;
  const belief = {
    upstream: upstream?.settings.name ?? '',
    component: upstream?.settings.component ?? null,
    verdict,
  };
  const { cause } = verdict;
  return {
    rule: settings.name,
    matched: null,
    source: 'verdict',
    belief,
    cause,
    at,
    checkMs: null,
  };
}
