import type { ReportFacts } from './model.ts';
import { counted, spokenSpan, timesIn } from './spoken.ts';
import { updatesOf } from './timeline.ts';

/** The incident in a few sentences, each a fact that was measured. */
export function summaryOf(facts: ReportFacts): string[] {
  const { incident } = facts;
  const { startedAt, detectedAt } = incident;
  return [
    outageSentence(facts),
    `The gateway was certain of it ${spokenSpan(Math.max(0, detectedAt - startedAt))} after the first failing signal.`,
    ...interruptionSentence(facts),
    ...postingSentence(facts),
  ];
}

function outageSentence({ incident, speaker, now }: ReportFacts): string {
  const { components, upstream, startedAt, resolvedAt, endKnownBy } = incident;
  const say = timesIn(speaker.timeZone);
  const named = components.join(', ') || upstream;
  const what = speaker.name === null ? named : `${named} of ${speaker.name}`;
  const span = spokenSpan(Math.max(0, (resolvedAt ?? now) - startedAt));
  const from = `${what} could not be reached through the gateway from ${say(startedAt)}`;
  if (resolvedAt === null) return `${from}, and ${span} later still cannot.`;
  if (endKnownBy === 'retired') {
    return `${from}. Its end is not known: the settings had this upstream no longer at ${say(resolvedAt)}.`;
  }
  if (endKnownBy === 'restart') {
    return `${from}. It came back while the gateway was not running, by ${say(resolvedAt)} at the latest, ${span} after the start.`;
  }
  return `${from} to ${say(resolvedAt)}: ${span}.`;
}

function interruptionSentence({ incident }: ReportFacts): string[] {
  const { relapses, interruptions } = incident;
  if (relapses === 0) return [];
  const servedMs = interruptions.reduce((sum, { from, to }) => sum + to - from, 0);
  const known = relapses === interruptions.length ? '' : 'at least ';
  return [
    `In between it came back and failed again (${counted(relapses, 'time')}); that it served for ${known}${spokenSpan(servedMs)} is part of the duration.`,
  ];
}

function postingSentence(facts: ReportFacts): string[] {
  if (facts.events === null || facts.speaker.statusPage === null) return [];
  const { startedAt, resolvedAt } = facts.incident;
  const first = updatesOf(facts).find(({ at }) => at >= startedAt);
  if (first === undefined) return ['The gateway read no posting about it on the status page.'];
  const span = spokenSpan(first.at - startedAt);
  const when = resolvedAt !== null && first.at > resolvedAt ? ', when it was over' : '';
  return [`The first posting on the status page came ${span} after the start${when}.`];
}
