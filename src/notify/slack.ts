import type { Notice } from './notice.ts';
import type { Message } from './post.ts';
import { linesOf, titleOf } from './words.ts';

const SIGNS = { opened: '🔴', updated: '🟠', resolved: '🟢', test: '🔵' } as const;

/** The notice as an incoming webhook of Slack takes it, and of what is made after it. */
export function slackMessage(notice: Notice, url: string): Message {
  const title = `${SIGNS[notice.event]} ${escaped(titleOf(notice))}`;
  const link = notice.post?.url ?? notice.statusPage;
  const lines = linesOf(notice).map(escaped);
  const shown = link === null ? lines : [...lines, `<${escaped(link)}|Status page>`];
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    // A name that looks like a link stays text; what is a link is marked as one.
    body: { text: `*${title}*\n${shown.join('\n')}`, unfurl_links: false, unfurl_media: false },
  };
}

/** The three characters that Slack wants escaped; with them no text can mention a channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
