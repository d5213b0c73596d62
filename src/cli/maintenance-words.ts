import { mapping } from '../config/untyped.ts';

type Said = Readonly<Record<string, unknown>>;

/** What is on, as people read it. */
export function listInWords({ maintenances }: Said): string {
  const list = Array.isArray(maintenances) ? maintenances : [];
  if (list.length === 0) return 'No planned work is on.\n';
  return list.map((each) => `${workInWords(mapping(each) ?? {})}\n`).join('');
}

/** What was switched on or off, as people read it. */
export function switchedInWords(said: Said): string {
  const ended = mapping(said.ended);
  if (ended !== undefined) return `${nameIn(ended)}: open again\n`;
  const link = mapping(said.bypass)?.path;
  const bypass =
    typeof link === 'string'
      ? `\nPast it, for the browser that follows this link, below the site's own address:\n  ${link}\n`
      : '';
  return `${workInWords(said)}\n${bypass}`;
}

/** `app: closed since …, until … at the latest, planned end …, by dana: database upgrade` */
function workInWords(work: Said): string {
  const { startedAt, expiresAt, endsAt, by, reason, message } = work;
  const end = endsAt === null ? 'no planned end' : `planned end ${String(endsAt)}`;
  const times = `closed since ${String(startedAt)}, until ${String(expiresAt)} at the latest, ${end}`;
  const said = message === null ? '' : `\n  people are told: ${String(message)}`;
  return `${nameIn(work)}: ${times}, by ${String(by)}: ${String(reason)}${said}`;
}

function nameIn({ upstream }: Said): string {
  return upstream === '*' ? 'all upstreams' : String(upstream);
}
