import { type Fields, fieldsOf, instantOf, listOf } from './fields.ts';
import type { Publication } from './model.ts';
import { plainText } from './plain-text.ts';
import { publish } from './publication.ts';
import type { Reader } from './reader.ts';
import type { PageFacts } from './v2-incident.ts';

const DAY_MS = 24 * 60 * 60_000;
/** An item that says it is open, and has not been touched for so long, was forgotten by its author. */
const OPEN_MS = 7 * DAY_MS;
/** An item that does not say what it is counts as open for so long. */
const UNMARKED_MS = DAY_MS;

const MOST_TEXT = 20_000;

/** A line of a posting that begins with its status: "Resolved - …", "Status: Monitoring". */
const MARK =
  /^(?:status:\s*)?(investigating|identified|monitoring|update|resolved|completed|scheduled|in progress|verifying|postmortem)\b\s*(?:[-–—:.]\s*|$)/i;
/** A title that begins or ends with its status: "[Resolved] …", "RESOLVED: …", "… (resolved)". */
const TITLE_MARK = /^\W{0,2}(resolved|completed)\b|\b(resolved|completed)\W{0,2}$/i;
/** The line above a posting in Statuspage's feeds: "Dec 23, 10:30 CET". Its year and zone are a guess. */
const DATE_LINE = /^[A-Z][a-z]{2} \d{1,2}, \d\d:\d\d/;
/** The same in Instatus's feeds, which have all postings on one line: "Sep 25, 15:15:00 GMT+0 - ". */
const DATE_BETWEEN =
  / ?\b[A-Z][a-z]{2} \d{1,2}, \d\d:\d\d(?::\d\d)? [A-Z][A-Z0-9+:]{0,9} - (?=[A-Z])/g;
const PLANNED = ['scheduled', 'in_progress', 'verifying', 'completed'];

/**
 * Atom and RSS, for every page that has nothing better: one incident an item, whose text tells how
 * far it is.
 *
 * A feed has neither components nor an indicator, and does not say how bad anything is: what is open
 * is `minor`, and a feed that tells of nothing is not read as "all is well".
 */
export const FEED: Reader = { format: 'feed', read };

/** One status and what was said with it. */
interface Posting {
  readonly word: string;
  readonly text: string;
}

function read(payload: unknown, page: PageFacts): Publication | null {
  const document = fieldsOf(payload);
  const isFeed = document?.feed === 'atom' || document?.feed === 'rss';
  if (document === null || !isFeed || !Array.isArray(document.items)) return null;

  const entries = listOf(document.items)
    .map((item) => entryOf(item, page.readAt))
    .filter((entry) => entry !== null);
  const isPlanned = ({ status }: Fields): boolean => PLANNED.includes(String(status));
  const incidents = entries.filter((entry) => !isPlanned(entry));
  const maintenances = entries.filter(isPlanned);
  const isRunning = maintenances.some(({ status }) =>
    ['in_progress', 'verifying'].includes(String(status)),
  );
  const hasOpen = incidents.some(({ status }) => !isEnd(String(status)));
  return publish(
    {
      source: 'feed',
      updatedAt: document.updatedAt,
      indicator: hasOpen ? 'minor' : isRunning ? 'maintenance' : undefined,
      incidents,
      maintenances,
    },
    page,
  );
}

/** An item as an entry of Statuspage's; null for one that tells of nothing that matters today. */
function entryOf(item: Fields, readAt: number): Fields | null {
  const { id, title, link, publishedAt, updatedAt } = item;
  const at = instantOf(updatedAt) ?? instantOf(publishedAt);
  const { word, text } = latestIn(title, plainText(item.summary ?? item.content, MOST_TEXT));
  const age = at === null ? 0 : readAt - at;
  const isOver = isEnd(word) || word === 'completed';
  if (!isOver && word !== 'scheduled' && age > (word === '' ? UNMARKED_MS : OPEN_MS)) return null;
  return {
    id: id ?? link ?? title,
    name: title,
    status: word,
    impact: 'minor',
    shortlink: link,
    created_at: instantOf(publishedAt) ?? at,
    updated_at: at,
    resolved_at: isEnd(word) ? at : null,
    incident_updates: text === '' ? [] : [{ status: word, body: text, display_at: at }],
  };
}

function isEnd(word: string): boolean {
  return word === 'resolved' || word === 'postmortem';
}

/**
 * The latest posting of an item. Most products write the newest first, some the oldest first: an
 * incident begins with "investigating", so that shows which end is which.
 */
function latestIn(title: unknown, text: string): Posting {
  const postings = postingsIn(text);
  const isOldestFirst =
    postings[0]?.word === 'investigating' && postings.at(-1)?.word !== 'investigating';
  const newestFirst = isOldestFirst ? postings.reverse() : postings;
  const [, before, after] = TITLE_MARK.exec(plainText(title, 200)) ?? [];
  // An "update" says something and changes nothing, so the status is that of the posting before.
  const told = newestFirst.find(({ word }) => word !== 'update') ?? newestFirst[0];
  return {
    word: (before ?? after)?.toLowerCase() ?? told?.word ?? '',
    text: newestFirst[0]?.text ?? text,
  };
}

/** The text cut at the lines that begin with a status. */
function postingsIn(text: string): Posting[] {
  const postings: { word: string; lines: string[] }[] = [];
  for (const line of text.replace(DATE_BETWEEN, '\n').split('\n')) {
    const mark = MARK.exec(line);
    if (mark !== null) {
      postings.push({ word: wordOf(mark[1] ?? ''), lines: [line.slice(mark[0].length)] });
    } else if (!DATE_LINE.test(line)) {
      postings.at(-1)?.lines.push(line);
    }
  }
  return postings.map(({ word, lines }) => ({ word, text: lines.join('\n').trim() }));
}

function wordOf(mark: string): string {
  return mark.toLowerCase().replace(' ', '_');
}
