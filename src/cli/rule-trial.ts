import { memberAt } from '../gateway/json-content.ts';
import type { Rule } from '../gateway/match-route.ts';
import { fieldValue, type ReplyHead } from '../gateway/reply.ts';
import type { ReplyText } from '../gateway/reply-text.ts';
import { hasText, type Sign, signOf, statusMatches } from '../gateway/rule-match.ts';

/** What a rule makes of a reply. */
export interface RuleTrial {
  readonly rule: string;
  /** By what the rule knows the reply; null where it does not. */
  readonly matched: Sign | null;
  /** What was found, or why nothing was, in sentences. */
  readonly why: readonly string[];
  readonly dependsOn: readonly string[];
  readonly holdBack: readonly string[];
}

/** What of a reply the rules have to go by. */
export interface Look {
  /** False where the gateway passes the reply on, or judges it, without asking them. */
  readonly isAsked: boolean;
  /** Null where the body cannot be read, or there is none. */
  readonly text: ReplyText | null;
  readonly remark: string | null;
}

/** Tries one rule on a reply. */
export function trialOf(rule: Rule, head: ReplyHead, { isAsked, text }: Look): RuleTrial {
  const { name, holdBack } = rule.settings;
  const matched = isAsked ? signOf(rule, head, text) : null;
  return {
    rule: name,
    matched,
    why: !isAsked
      ? []
      : matched === null
        ? whyNot(rule, head, text)
        : [whatMatched(rule, head, { text, matched })],
    dependsOn: rule.settings.dependsOn,
    holdBack,
  };
}

function whatMatched(
  { settings, sentence }: Rule,
  { status, fields }: ReplyHead,
  { text, matched }: { readonly text: ReplyText | null; readonly matched: Sign },
): string {
  switch (matched) {
    case 'status':
      return `the status is ${status}, and the rule asks for nothing else`;
    case 'redirect':
      return `Location ${fieldValue(fields, 'location')} is ${settings.redirect}`;
    case 'json':
      return `members: ${memberTexts(settings.json ?? {}).join(', ')}`;
    case 'text':
    case 'attribute':
    case 'data': {
      const around = sentence === null ? '' : (text?.around(sentence, matched) ?? '');
      return `sentence in the ${PLACES[matched]}: ${JSON.stringify(around)}`;
    }
  }
}

const PLACES = {
  text: 'text',
  attribute: 'value of an attribute',
  data: 'strings of its JSON',
} as const;

function whyNot(rule: Rule, head: ReplyHead, text: ReplyText | null): string[] {
  const { settings } = rule;
  const why: string[] = [];
  if (settings.redirect !== null) {
    const location = fieldValue(head.fields, 'location');
    why.push(
      head.status < 300 || head.status > 399 || location === null
        ? `no redirect to ${settings.redirect}: status ${head.status}, ${location === null ? 'no Location' : `Location ${location}`}`
        : `Location ${location} is not ${settings.redirect}`,
    );
  }
  if (!statusMatches(head, rule)) {
    return [...why, `the status ${head.status} is none of ${settings.statuses.join(', ')}`];
  }
  const type = fieldValue(head.fields, 'content-type');
  if (!hasText(head)) return [...why, `a body of type ${type} is not looked into`];
  if (text === null) return why;
  if (settings.json !== null) why.push(...missingMembers(settings.json, text));
  if (settings.body !== null)
    why.push(`the sentence ${JSON.stringify(settings.body)} is not in it`);
  return why;
}

type Members = NonNullable<Rule['settings']['json']>;

function missingMembers(members: Members, { json }: ReplyText): string[] {
  if (json === null) return ['the body is no JSON'];
  return Object.entries(members)
    .map(([path, value]) => ({ path, value, found: memberAt(json.value, path) }))
    .filter(({ value, found }) => found !== value)
    .map(
      ({ path, value, found }) =>
        `${path} is ${found === undefined ? 'not there' : JSON.stringify(found)}, not ${JSON.stringify(value)}`,
    );
}

function memberTexts(members: Members): string[] {
  return Object.entries(members).map(([path, value]) => `${path} is ${JSON.stringify(value)}`);
}
