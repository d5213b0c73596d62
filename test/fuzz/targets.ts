import type { Target } from './target.ts';
import { ANSWERS, PUBLISHED } from './targets/answers.ts';
import { GUARD, SETTINGS } from './targets/files.ts';
import { HTTP1, HTTP2, OPS } from './targets/listeners.ts';
import { REPLIES } from './targets/replies.ts';
import { STATUS_PAGE } from './targets/status-page.ts';

/** All that reads what strangers write. */
export const TARGETS: readonly Target[] = [
  ...[SETTINGS, GUARD, STATUS_PAGE, ANSWERS, PUBLISHED, REPLIES, HTTP1, HTTP2, OPS],
];
