import type { Part, Wording } from './wording.ts';

const DAY_MS = 86_400_000;

/** Says points in time the way people read them: in the brand's zone, then in UTC. */
export interface Clock {
  /** `3:27 PM CST (21:27 UTC)`; with the date when it is more than a day from now, or asked for. */
  said(at: number, now: number, dated?: 'dated'): Part;
}

/** An unknown zone falls back to UTC: a time in the wrong words is better than no page. */
export function createClock(timeZone: string, wording: Wording): Clock {
  const local = formatOf(wording.language, timeZone, {
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const date = formatOf(wording.language, timeZone, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
  });
  const isUtc = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal)$/i.test(timeZone);

  return {
    said(at, now, dated) {
      const utc = `${utcTime(at)} UTC`;
      const time = isUtc ? utc : wording.line('time.both', { local: local(at), utc });
      const isDated = dated !== undefined || Math.abs(now - at) > DAY_MS;
      const text = isDated ? wording.line('time.dated', { time, date: date(at) }) : time;
      return { text, at: isoSeconds(at), href: null, isStrong: false, isDated };
    },
  };
}

/**
 * What a text with a `{time}` is filled with. Some languages say an hour otherwise than a day and an
 * hour (`desde las …`, `desde el …`): `{dated}` tells them which it is.
 */
export function timed(time: Part): { readonly time: Part; readonly dated: 'yes' | 'no' } {
  return { time, dated: time.isDated === true ? 'yes' : 'no' };
}

/** `2026-03-04T21:27:10Z`: no milliseconds, as in every JSON of ours. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `21:27` */
export function utcTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** `2026-03-04 21:27` */
export function utcMinute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function formatOf(
  language: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): (at: number) => string {
  const format = dateFormat(language, timeZone, options);
  // ICU puts a narrow no-break space before PM; a plain one can be searched for and copied.
  return (at) => format.format(at).replace(/[\u202F\u00A0]/g, ' ');
}

function dateFormat(
  language: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(regional(language), { ...options, timeZone });
  } catch {
    // Only a zone that the settings name and ICU does not know throws here.
    return new Intl.DateTimeFormat(regional(language), { ...options, timeZone: 'UTC' });
  }
}

/** `CST` is what ICU says for America/Chicago in American English only. */
function regional(language: string): string {
  return language === 'en' ? 'en-US' : language;
}
