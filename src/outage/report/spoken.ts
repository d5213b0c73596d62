const PARTS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** A span in words: `41 minutes 58 seconds`, `0.8 seconds`. Seconds are left out beyond a day. */
export function spokenSpan(ms: number): string {
  if (ms < 10_000) return counted(Number((ms / 1_000).toFixed(1)), 'second');
  let left = Math.round(ms / 1_000) * 1_000;
  const words: string[] = [];
  for (const [name, partMs] of PARTS) {
    const count = Math.floor(left / partMs);
    if (count > 0) words.push(counted(count, name));
    left -= count * partMs;
  }
  if (left > 0 && ms < 86_400_000) words.push(counted(left / 1_000, 'second'));
  return words.join(' ');
}

/** `1 request`, `1,234 requests`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Says points in time as people read them: in the brand's zone, then in UTC. */
export type SayTime = (at: number, form?: 'dated' | 'time') => string;

const UTC = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal)$/i;

/** `July 19, 2023, 10:24:00 AM CDT (15:24:00 UTC)`; a zone that is not known, or UTC itself, says UTC alone. */
export function timesIn(timeZone: string): SayTime {
  const local = UTC.test(timeZone) ? null : formatOf(timeZone);
  return (at, form = 'dated') => {
    const iso = new Date(at).toISOString();
    const utc = iso.slice(11, 19);
    if (local === null) return `${form === 'dated' ? `${iso.slice(0, 10)} ` : ''}${utc} UTC`;
    const said = (form === 'dated' ? local.dated : local.time).format(at).replaceAll(/\s/g, ' ');
    return `${said} (${utc} UTC)`;
  };
}

/** By zone. A report tells dozens of times in one, and a format takes longer to make than to use. */
const formats = new Map<string, ReturnType<typeof newFormat>>();

function formatOf(timeZone: string): ReturnType<typeof newFormat> {
  const format = formats.get(timeZone) ?? newFormat(timeZone);
  formats.set(timeZone, format);
  return format;
}

function newFormat(timeZone: string) {
  const time = { timeStyle: 'long' } as const;
  try {
    return {
      dated: new Intl.DateTimeFormat('en-US', { ...time, dateStyle: 'long', timeZone }),
      time: new Intl.DateTimeFormat('en-US', { ...time, timeZone }),
    };
  } catch {
    return null; // A zone that ICU does not know: a time in UTC is better than no report.
  }
}
