import { hasMembers } from './json-content.ts';
import type { Rule } from './match-route.ts';
import { fieldValue, type ReplyHead } from './reply.ts';
import type { Place, ReplyText } from './reply-text.ts';

/**
 * By what a rule knows a misleading reply: where its sentence stands, its members of a JSON body, its
 * redirect, or the status alone where the rule says nothing else.
 */
export type Sign = Place | 'json' | 'redirect' | 'status';

/** A rule that knows a reply, and by what. */
export interface Match {
  readonly rule: Rule;
  readonly sign: Sign;
}

/** Whether a reply's head lets it be a misleading one by some of the rules, so that its body counts. */
export function mayMislead(head: ReplyHead, rules: readonly Rule[]): boolean {
  return rules.some(
    (rule) => signInHead(head, rule) !== null || (statusMatches(head, rule) && hasText(head)),
  );
}

/** All the rules that know a reply. `text` is null where the body cannot be read. */
export function matchesIn(
  head: ReplyHead,
  text: ReplyText | null,
  rules: readonly Rule[],
): readonly Match[] {
  const matches: Match[] = [];
  for (const rule of rules) {
    const sign = signOf(rule, head, text);
    if (sign !== null) matches.push({ rule, sign });
  }
  return matches;
}

/** By what a rule matches a reply, or null. `text` is null where the body cannot be read. */
export function signOf(rule: Rule, head: ReplyHead, text: ReplyText | null): Sign | null {
  const sign = signInHead(head, rule);
  if (sign !== null || text === null || !statusMatches(head, rule) || !hasText(head)) return sign;
  const { json } = rule.settings;
  if (json !== null && text.json !== null && hasMembers(text.json.value, json)) return 'json';
  return rule.sentence === null ? null : text.placeOf(rule.sentence);
}

/** Whether a reply's status is one of a rule's; a rule that names none is about any status. */
export function statusMatches({ status }: ReplyHead, { settings: { statuses } }: Rule): boolean {
  return statuses.length === 0 || statuses.includes(status);
}

/** Whether a reply is of a type that can hold a sentence; an event stream never ends, so it is never held. */
export function hasText({ fields }: ReplyHead): boolean {
  const type = fieldValue(fields, 'content-type');
  return type === null || (TEXT.test(type) && !/^text\/event-stream/i.test(type));
}

const TEXT = /^(?:text\/|application\/(?:[^;]*\+)?(?:json|xml|javascript|xhtml))/i;

function signInHead(head: ReplyHead, rule: Rule): Sign | null {
  if (redirectMatches(head, rule)) return 'redirect';
  const { body, json, redirect } = rule.settings;
  const isStatusAlone = body === null && json === null && redirect === null;
  return isStatusAlone && rule.settings.statuses.includes(head.status) ? 'status' : null;
}

/** Whether a reply is a redirect to a place that means the same as the rule's sentence. */
function redirectMatches({ status, fields }: ReplyHead, { redirect }: Rule): boolean {
  if (redirect === null || status < 300 || status > 399) return false;
  const location = fieldValue(fields, 'location');
  return location !== null && redirect.test(location);
}
