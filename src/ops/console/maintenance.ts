import {
  MAINTENANCE_BOUNDS,
  type Maintenance,
  type MaintenanceWish,
  maintenanceFrom,
} from '../../outage/maintenance.ts';
import type { UpstreamView } from '../views.ts';
import { html, type Markup } from './html.ts';
import { span, when } from './words.ts';

/** How the form says all upstreams: no upstream has this name. */
export const ALL = '*';
const MINUTE_MS = 60_000;
const { messageCharacters, reasonCharacters, expiryMs, longestMs } = MAINTENANCE_BOUNDS;

/** What is on at this moment, each with the one step that undoes it. */
export function maintenanceList(
  list: readonly Maintenance[],
  formToken: string,
  now: number,
): Markup {
  if (list.length === 0) return html`<p>No planned work is on.</p>`;
  return html`<ul class="plain">${list.map(
    (each) => html`<li class="suspect"><p>${told(each, now)}</p>
<form method="post" action="/console/maintenance/end"><input type="hidden" name="form" value="${formToken}"><input type="hidden" name="upstream" value="${each.upstream ?? ALL}"><button>End it: ${nameOf(each)}</button></form></li>`,
  )}</ul>`;
}

/** One line of planned work: what, why, by whom, until when. */
export function told(maintenance: Maintenance, now: number): Markup {
  const { reason, message, by, startedAt, endsAt, expiresAt } = maintenance;
  return html`<span class="badge"><span aria-hidden="true">◼</span> Maintenance</span> <b>${nameOf(maintenance)}</b>: ${reason}, by ${by} since ${when(startedAt, now)}. ${
    endsAt === null
      ? html`No end is told; expires`
      : html`Clients are told ${when(endsAt, now)}; expires`
  } ${when(expiresAt, now)} (in ${span(expiresAt - now)}).${message !== null && html` “${message}”`}`;
}

function nameOf({ upstream }: Pick<Maintenance, 'upstream'>): string {
  return upstream ?? 'all upstreams';
}

/** What the form of the switch was filled in with. */
export interface MaintenanceForm {
  readonly upstream: string;
  readonly reason: string;
  readonly message: string;
  /** Empty: an hour, and no end is told. */
  readonly minutes: string;
}

export const EMPTY_FORM: MaintenanceForm = { upstream: ALL, reason: '', message: '', minutes: '' };

/** The form of the switch. It takes no effect: a page to confirm it comes after. */
export function maintenanceForm(
  upstreams: readonly Pick<UpstreamView, 'name'>[],
  { form, formToken }: { readonly form: MaintenanceForm; readonly formToken: string },
): Markup {
  const options = [ALL, ...upstreams.map(({ name }) => name)];
  return html`<form method="post" action="/console/maintenance" class="fields">
<input type="hidden" name="form" value="${formToken}">
<label>Upstream <select name="upstream">${options.map(
    (name) =>
      html`<option value="${name}"${name === form.upstream && html` selected`}>${name === ALL ? 'all upstreams' : name}</option>`,
  )}</select></label>
<label>Ends in, minutes (empty: no end told, expires after ${expiryMs / MINUTE_MS}) <input name="minutes" type="number" inputmode="numeric" min="1" max="${longestMs / MINUTE_MS}" value="${form.minutes}"></label>
<label class="wide">Reason, for the record (required) <input name="reason" required maxlength="${reasonCharacters}" value="${form.reason}"></label>
<label class="wide">Message that clients read first (optional) <textarea name="message" rows="2" maxlength="${messageCharacters}">${form.message}</textarea></label>
<button>Switch on…</button></form>`;
}

/** What the form asks for; what is wrong with it comes back in words. */
export function wishOf(
  { upstream, reason, message, minutes }: MaintenanceForm,
  upstreams: readonly Pick<UpstreamView, 'name'>[],
  now: number,
): MaintenanceWish | { readonly fault: string } {
  const isKnown = upstream === ALL || upstreams.some(({ name }) => name === upstream);
  if (!isKnown) return { fault: 'There is no such upstream.' };
  if (minutes !== '' && !/^\d{1,5}$/.test(minutes))
    return { fault: 'The end is a number of minutes.' };
  const endsAt = minutes === '' ? null : now + Number(minutes) * MINUTE_MS;
  const wish: MaintenanceWish = {
    upstream: upstream === ALL ? null : upstream,
    ...{ reason, message: message === '' ? null : message, endsAt, expiresAt: null },
  };
  const made = maintenanceFrom(wish, { id: '', by: '', startedAt: now, now });
  return 'fault' in made ? made : wish;
}

/** Asks whether it is meant, and says what will be. */
export function confirmation(form: MaintenanceForm, formToken: string): Markup {
  const { upstream, reason, message, minutes } = form;
  const named = upstream === ALL ? 'all upstreams' : `upstream ${upstream}`;
  const end =
    minutes === ''
      ? `No end is told. It expires after ${expiryMs / MINUTE_MS} minutes.`
      : `Clients are told that it ends in ${minutes} minutes, and it expires then.`;
  return html`<h1>Close ${named}?</h1>
<div class="verdict suspect"><p>Requests to <b>${named}</b> will be answered with 503 and the maintenance page. Requests and tunnels that are under way go on. ${end}</p>
<dl class="facts"><div><dt>Reason</dt><dd>${reason}</dd></div><div><dt>Message</dt><dd>${message || 'none'}</dd></div></dl></div>
<form method="post" action="/console/maintenance/confirmed" class="fields">
<input type="hidden" name="form" value="${formToken}">${Object.entries(form).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="primary">Switch on</button> <a class="button" href="/#maintenance">Leave it off</a></form>`;
}
