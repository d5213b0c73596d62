import type { Belief } from '../outage/verdict.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { decodeBody } from './decode-body.ts';
import { originOf } from './generic-reply.ts';
import { type HeldReply, redirectMatches, statusMatches } from './held-reply.ts';
import type { Route, Rule } from './match-route.ts';
import { fieldValue } from './reply.ts';

/** Why a misleading reply is replaced: which upstream is not there, and how that is known. */
export interface Evidence {
  readonly rule: string;
  readonly belief: Belief;
  readonly source: 'verdict_at_request' | 'verdict' | 'probe';
}

/** What becomes of a reply that was held. */
export type Judgement =
  | { readonly kind: 'relay' }
  | { readonly kind: 'deliberate' }
  | { readonly kind: 'generic'; readonly isFromLoadBalancer: boolean }
  | { readonly kind: 'misleading'; readonly evidence: Evidence };

/** Tells whether an upstream's 502, 503 or 504 is generic, and so ours to replace, or its own word. */
export async function judgeOutageReply(
  held: HeldReply,
  { head, inspectBytes }: { readonly head: { readonly method: string }; inspectBytes: number },
): Promise<Judgement> {
  if (!held.isWhole || head.method === 'HEAD') return originOf(held.head, null);
  const encoding = fieldValue(held.head.fields, 'content-encoding');
  if (encoding === null) return originOf(held.head, held.body);
  const text = await decodeBody(held.body, encoding, inspectBytes);
  return originOf(held.head, text === null ? null : Buffer.from(text, 'utf8'));
}

/**
 * Tells whether a reply that blames the user is what it looks like, or an outage.
 *
 * Only on evidence: an upstream that the rule depends on was not well when the request came, or is
 * not now, or fails one probe made at this moment. Without it the reply is relayed.
 */
export async function judgeMisleadingReply(
  held: HeldReply,
  { route, inspectBytes }: { readonly route: Route; readonly inspectBytes: number },
  unwellAtRequest: Belief | null,
): Promise<Judgement> {
  const rule = await matchingRule(held, route.rules, inspectBytes);
  if (rule === null) return { kind: 'relay' };
  const evidence = await evidenceFor(rule, unwellAtRequest);
  return evidence === null ? { kind: 'relay' } : { kind: 'misleading', evidence };
}

/** The first upstream that some rule of the route depends on and that is suspect or down, if any. */
export function unwellDependency(route: Route): Belief | null {
  for (const rule of route.rules) {
    const belief = unwellOf(rule.dependsOn);
    if (belief !== null) return belief;
  }
  return null;
}

/** The belief in the first of some upstreams that is `down`, if any. */
export function downOf(upstreams: readonly Upstream[]): Belief | null {
  return upstreams.find(({ belief }) => belief.verdict.state === 'down')?.belief ?? null;
}

function unwellOf(upstreams: readonly Upstream[]): Belief | null {
  const isUnwell = ({ belief: { verdict } }: Upstream) =>
    verdict.state === 'down' || verdict.state === 'suspect';
  return upstreams.find(isUnwell)?.belief ?? null;
}

async function matchingRule(
  held: HeldReply,
  rules: readonly Rule[],
  inspectBytes: number,
): Promise<Rule | null> {
  const redirecting = rules.find((rule) => redirectMatches(held.head, rule));
  if (redirecting !== undefined) return redirecting;
  const encoding = fieldValue(held.head.fields, 'content-encoding');
  const text = await decodeBody(held.body, encoding, inspectBytes);
  if (text === null) return null;
  const says = (rule: Rule) =>
    rule.settings.body !== null &&
    statusMatches(held.head, rule) &&
    text.includes(rule.settings.body);
  return rules.find(says) ?? null;
}

async function evidenceFor(rule: Rule, unwellAtRequest: Belief | null): Promise<Evidence | null> {
  const { name } = rule.settings;
  const unwell = unwellOf(rule.dependsOn);
  if (unwell !== null) return { rule: name, belief: unwell, source: 'verdict' };
  const wasUnwell = rule.dependsOn.some(
    ({ settings }) => settings.name === unwellAtRequest?.upstream,
  );
  if (unwellAtRequest !== null && wasUnwell) {
    return { rule: name, belief: unwellAtRequest, source: 'verdict_at_request' };
  }
  const failing = await failingProbe(rule.dependsOn);
  return failing === null ? null : { rule: name, belief: failing.belief, source: 'probe' };
}

/** Probes all at once, each for a second at most; the first that does not serve, or null. */
async function failingProbe(upstreams: readonly Upstream[]): Promise<Upstream | null> {
  const results = await Promise.all(upstreams.map((upstream) => upstream.check()));
  return upstreams.find((_upstream, index) => results[index] === false) ?? null;
}
