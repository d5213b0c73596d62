import type { Cause } from '../outage/cause.ts';
import type { Belief } from '../outage/verdict.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Rule } from './match-route.ts';
import type { Match, Sign } from './rule-match.ts';

/**
 * Why a client is told of an outage where a reply would have blamed it: by which rule, which upstream
 * is not there, and how and since when that is known.
 */
export interface Evidence {
  readonly rule: string;
  /** By what the reply was known; null where the request was held back, so that there is none. */
  readonly matched: Sign | null;
  /**
   * `verdict`: the upstream was `suspect` or `down` when the reply came. `verdict_at_request`: when the
   * request came. `recent_verdict`: a few seconds before. `probe`, `discovery`: all looked well, and a
   * check at that moment failed. `held_back`: it was `down`, and the request was not forwarded.
   */
  readonly source:
    | 'verdict'
    | 'verdict_at_request'
    | 'recent_verdict'
    | 'probe'
    | 'discovery'
    | 'held_back';
  /** What was believed of the upstream; that it is `up`, where only the check has found it out. */
  readonly belief: Belief;
  readonly cause: Cause;
  /** The first failing signal of the trouble, or when the check failed. */
  readonly at: number;
  /** How long the reply waited for the check; null where there was none. */
  readonly checkMs: number | null;
}

/** What is known of the request that a misleading reply came to. */
export interface Asked {
  readonly method: string;
  /** What was believed, when it came, of upstreams that were not well then. */
  readonly unwellAtRequest: readonly Belief[];
}

/**
 * How long after a trouble a page may still tell of it. A form that was sent in the trouble is answered
 * with a redirect, and the page that the browser then asks for shows the message: one round trip later,
 * and a slow login site's second or two.
 */
export const RECENT_MS = 5_000;

const NONE: readonly Belief[] = [];

/** What is believed of those of some upstreams that are suspect or down. */
export function unwellOf(upstreams: readonly Upstream[]): readonly Belief[] {
  return upstreams.some(isUnwell) ? upstreams.filter(isUnwell).map(({ belief }) => belief) : NONE;
}

/**
 * The evidence that a reply which some rules know is untrue, or null. What is known already comes
 * first; only where all looks well are the upstreams checked, all at once, for a second at most.
 */
export async function evidenceFor(
  matches: readonly Match[],
  asked: Asked,
): Promise<Evidence | null> {
  for (const { rule, sign } of matches) {
    const known = knownTrouble(rule.dependsOn, asked);
    if (known === null) continue;
    const { name } = rule.settings;
    return { rule: name, matched: sign, checkMs: null, ...known, ...troubleOf(known.belief) };
  }
  return failedCheck(matches);
}

/** What holds back a request: a rule, and what is believed of those it depends on. */
export interface HoldingRule {
  readonly settings: Pick<Rule['settings'], 'name' | 'holdBack'>;
  readonly dependsOn: readonly Pick<Upstream, 'belief'>[];
}

/**
 * Why a request is not forwarded at all: what would check a sign-in is down, and a lockout counter must
 * not count an outage.
 */
export function withheldBy(rules: readonly HoldingRule[], method: string): Evidence | null {
  for (const rule of rules) {
    const evidence = holdBackEvidence(rule, method);
    if (evidence !== null) return evidence;
  }
  return null;
}

function holdBackEvidence(rule: HoldingRule, method: string): Evidence | null {
  if (!rule.settings.holdBack.includes(method)) return null;
  const belief = rule.dependsOn.find(isDown)?.belief;
  if (belief === undefined) return null;
  const { name } = rule.settings;
  return {
    rule: name,
    matched: null,
    source: 'held_back',
    checkMs: null,
    belief,
    ...troubleOf(belief),
  };
}

function knownTrouble(
  upstreams: readonly Upstream[],
  { method, unwellAtRequest }: Asked,
): Pick<Evidence, 'source' | 'belief'> | null {
  const [now] = unwellOf(upstreams);
  if (now !== undefined) return { source: 'verdict', belief: now };
  const then = unwellAtRequest.find(({ upstream }) =>
    upstreams.some(({ settings }) => settings.name === upstream),
  );
  if (then !== undefined) return { source: 'verdict_at_request', belief: then };
  if (method !== 'GET' && method !== 'HEAD') return null;
  const recent = upstreams.map(recentTrouble).find((belief) => belief !== null);
  return recent === undefined ? null : { source: 'recent_verdict', belief: recent };
}

/** What was believed in a trouble that has ended just now, or is about to: the upstream recovers. */
function recentTrouble({ belief, lastTrouble }: Upstream): Belief | null {
  if (belief.verdict.state === 'recovering') return belief;
  // Either way: a clock that was set back must not make it recent for hours.
  if (lastTrouble === null || Math.abs(Date.now() - lastTrouble.endedAt) > RECENT_MS) return null;
  return lastTrouble.belief;
}

async function failedCheck(matches: readonly Match[]): Promise<Evidence | null> {
  const startedAt = performance.now();
  // Two rules that depend on one upstream share its check: whoever asks while one runs waits for it.
  const checks = await Promise.all(
    matches.flatMap((match) =>
      match.rule.dependsOn.map(async (upstream) => ({
        match,
        upstream,
        found: await upstream.check(),
      })),
    ),
  );
  for (const { match, upstream, found } of checks) {
    if (found.serves) continue;
    const { source, cause, at } = found;
    const checkMs = Math.round(performance.now() - startedAt);
    const { name } = match.rule.settings;
    return { rule: name, matched: match.sign, source, belief: upstream.belief, cause, at, checkMs };
  }
  return null;
}

function troubleOf({ verdict }: Belief): Pick<Evidence, 'cause' | 'at'> {
  return verdict.state === 'up'
    ? { cause: 'probe_failed', at: Date.now() }
    : { cause: verdict.cause, at: verdict.since };
}

function isUnwell({ belief: { verdict } }: Upstream): boolean {
  return verdict.state === 'down' || verdict.state === 'suspect';
}

function isDown({ belief: { verdict } }: Pick<Upstream, 'belief'>): boolean {
  return verdict.state === 'down';
}
