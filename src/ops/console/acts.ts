import express, { type Express, type Request, type Response } from 'express';
import type { OpsSettings } from '../../config/settings.ts';
import { actorOf } from '../actor.ts';
import { refuseCrossSite } from '../guards.ts';
import { sendProblem } from '../problem-reply.ts';
import { LONGEST_NOTE, tickOutcome } from '../tick-outcome.ts';
import type { FormTokens } from './form-token.ts';
import { html } from './html.ts';
import { ALL, confirmation, type MaintenanceForm, maintenanceForm, wishOf } from './maintenance.ts';
import { type ConsoleDeps, documentOf } from './page.ts';
import { sendPage } from './send-page.ts';

/** What acts need besides what the console shows. */
export interface ActOptions {
  readonly deps: ConsoleDeps;
  readonly settings: Pick<OpsSettings, 'token'>;
  readonly formTokens: FormTokens;
}

type Fields = URLSearchParams;
type Act = (fields: Fields, request: Request, response: Response) => void | Promise<void>;

const ACT_PATHS = [
  '/console/maintenance',
  '/console/maintenance/confirmed',
  '/console/maintenance/end',
  '/console/outcome/tick',
  '/console/outcome/untick',
] as const;
type ActPath = (typeof ACT_PATHS)[number];

/** The addresses of this file, and what they answer. */
export const ACT_METHODS = ACT_PATHS.map((path) => [path, 'POST'] as const);

/**
 * What operators do by the console: each is a POST of a form of ours, and recorded with who did it. What
 * takes effect answers with the way back to the console, so that reading it again does nothing again.
 */
export function addActs(app: Express, options: ActOptions): void {
  const acts: Readonly<Record<ActPath, Act>> = {
    '/console/maintenance': reviewMaintenance(options),
    '/console/maintenance/confirmed': switchOn(options),
    '/console/maintenance/end': switchOff(options),
    '/console/outcome/tick': tick(options, true),
    '/console/outcome/untick': tick(options, false),
  };
  const body = express.text({ type: 'application/x-www-form-urlencoded', limit: '16kb' });
  for (const [path, act] of Object.entries(acts)) {
    app.post(path, refuseCrossSite, body, (request, response) => {
      const fields = new URLSearchParams(String(request.body ?? ''));
      if (options.formTokens.isGood(fields.get('form') ?? '', Date.now())) {
        return act(fields, request, response);
      }
      return sendProblem(
        response,
        403,
        'The form is too old, or not of this program: read / again.',
      );
    });
  }
}

function reviewMaintenance(options: ActOptions): Act {
  return (fields, _request, response) => {
    const form = formOf(fields);
    const now = Date.now();
    const wish = wishOf(form, options.deps.upstreams(), now);
    if ('fault' in wish) return refuse(response, { form, fault: wish.fault }, options);
    const page = confirmation(form, options.formTokens.issue(now));
    return sendPage(response, 200, documentOf('Close for planned work? – Candor', page));
  };
}

function switchOn(options: ActOptions): Act {
  const { deps, settings } = options;
  return (fields, request, response) => {
    const form = formOf(fields);
    const wish = wishOf(form, deps.upstreams(), Date.now());
    const kept =
      'fault' in wish ? wish : deps.maintenances.declare(wish, actorOf(request, settings));
    if ('fault' in kept) return refuse(response, { form, fault: kept.fault }, options);
    return response.redirect(303, '/#maintenance');
  };
}

function switchOff({ deps, settings }: ActOptions): Act {
  return (fields, request, response) => {
    const upstream = fields.get('upstream') ?? ALL;
    // Where somebody was faster, what is wanted is so already.
    deps.maintenances.end(upstream === ALL ? null : upstream, actorOf(request, settings));
    response.redirect(303, '/#maintenance');
  };
}

function tick({ deps, settings }: ActOptions, isTicked: boolean): Act {
  return async (fields, request, response) => {
    const named = fields.get('id') ?? '';
    const id = /^\d{1,15}$/.test(named) ? Number(named) : 0;
    const note = fields.get('note')?.trim().slice(0, LONGEST_NOTE) || null;
    const who = actorOf(request, settings);
    const outcome = await tickOutcome(deps, { id, isTicked, note, who });
    if (outcome !== null) return response.redirect(303, '/#unknown');
    return sendProblem(response, 404, 'There is no write of this id, or it is no longer kept.');
  };
}

function formOf(fields: Fields): MaintenanceForm {
  const one = (name: string): string => fields.get(name)?.trim() ?? '';
  return {
    ...{ upstream: one('upstream'), reason: one('reason') },
    ...{ message: one('message'), minutes: one('minutes') },
  };
}

/** The form again, as it was filled in, with what is wrong. */
function refuse(
  response: Response,
  { form, fault }: { readonly form: MaintenanceForm; readonly fault: string },
  { deps, formTokens }: ActOptions,
): void {
  const again = maintenanceForm(deps.upstreams(), {
    form,
    formToken: formTokens.issue(Date.now()),
  });
  const page = html`<h1>Maintenance</h1><p class="flag" role="alert">${fault}</p>${again}`;
  sendPage(response, 422, documentOf('Maintenance – Candor', page));
}
