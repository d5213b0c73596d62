import type { Asker, Matter } from '../../src/answer/answer.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import {
  asker,
  belief,
  incident,
  maintenance,
  matter,
  NAVIGATION,
  published,
  REPORTED,
  route,
  SINCE,
  settings,
  UPDATED_AT,
  unanswered,
  update,
} from './samples.ts';

/** One page of UX.md, section 4, with what leads to it. */
export interface Scene {
  readonly name: string;
  readonly h1: string;
  readonly state: StatusPageState;
  readonly matter: Matter;
  readonly asker: Asker;
  readonly settings: Settings;
  readonly beliefs: readonly Belief[];
}

const POST = {
  method: 'POST',
  target: '/r/invoices/17',
};
const FORM = { ...NAVIGATION, Referer: 'https://app.chargeover.com/r/invoices/17/edit?tab=2' };
const SILENT = published({ incidents: [] });
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1a8f6a"/><path d="M21 11a7 7 0 1 0 0 10" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/></svg>';
const BRANDED = settings({
  brand: {
    hosts: null,
    name: 'ChargeOver',
    logo: LOGO,
    support: 'mailto:support@chargeover.com',
    templates: null,
    timeZone: 'America/Chicago',
    colors: { light: {}, dark: {} },
  },
});
const UPDATES = [
  update(
    'identified',
    'The issue has been identified and a fix is being implemented. Our application servers were removed by a faulty deployment; we are bringing them back.',
    UPDATED_AT,
  ),
  update(
    'investigating',
    'We are currently investigating this issue. All users are affected.',
    SINCE + 130_000,
  ),
];
const BUSY = published({ incidents: [incident({ rawStatus: 'identified', updates: UPDATES })] });

function scene(name: string, h1: string, over: Partial<Scene>): Scene {
  return {
    name,
    h1,
    state: REPORTED,
    matter: matter(),
    asker: asker(NAVIGATION),
    settings: BRANDED,
    beliefs: [],
    ...over,
  };
}

const DOWN = 'Sorry, ChargeOver is unavailable';
const UNSURE = "We can't tell if your request went through";

export const SCENES: readonly Scene[] = [
  scene('outage', DOWN, { state: BUSY }),
  scene('outage-monitoring', DOWN, {
    state: published({
      incidents: [
        incident({
          state: 'monitoring',
          rawStatus: 'monitoring',
          updates: [
            update('monitoring', 'A fix has been implemented and we are monitoring the results.'),
            ...UPDATES,
          ],
        }),
      ],
    }),
  }),
  scene('outage-resolved-but-failing', DOWN, {
    state: published({
      incidents: [
        incident({
          state: 'resolved',
          rawStatus: 'resolved',
          resolvedAt: UPDATED_AT,
          updates: [update('resolved', 'This incident has been resolved.'), ...UPDATES],
        }),
      ],
    }),
  }),
  scene('outage-unreported', DOWN, { state: SILENT }),
  scene('outage-status-page-unreachable', DOWN, {
    state: {
      kind: 'unreachable',
      url: 'https://status.chargeover.com',
      publication: null,
      readAt: null,
    },
  }),
  scene('outage-status-page-lost', DOWN, {
    state: { ...(SILENT as Extract<StatusPageState, { kind: 'read' }>), kind: 'unreachable' },
  }),
  scene('outage-no-status-page', DOWN, {
    state: { kind: 'none' },
    settings: { ...BRANDED, statusPage: null },
  }),
  scene('outage-post', DOWN, { asker: asker(FORM, POST) }),
  scene('outage-neutral', 'Sorry, this service is unavailable', {
    settings: settings({ brand: null }),
  }),
  scene('outage-frame', DOWN, {
    asker: asker({ ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' }),
  }),
  scene('partial', "Search isn't working right now", {
    state: SILENT,
    matter: matter({ belief: belief('down', { component: 'Search' }) }),
    beliefs: [belief('up')],
  }),
  scene('partial-payments', "Payments aren't working right now", {
    state: SILENT,
    matter: matter({ belief: belief('down', { component: 'Payment Processing' }) }),
    beliefs: [belief('up')],
  }),
  scene('maintenance', 'ChargeOver is closed for planned work', {
    state: published({ maintenances: [maintenance()] }),
  }),
  scene('maintenance-no-end', 'ChargeOver is closed for planned work', {
    state: published({ maintenances: [maintenance({ until: null })] }),
  }),
  scene('maintenance-late', 'ChargeOver is closed for planned work', {
    state: published({ maintenances: [maintenance({ until: SINCE })] }),
  }),
  scene('maintenance-frame', 'ChargeOver is closed for planned work', {
    state: published({ maintenances: [maintenance()] }),
    asker: asker({ ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' }),
  }),
  scene('outcome-unknown', UNSURE, {
    state: SILENT,
    matter: unanswered(),
    asker: asker(FORM, POST),
  }),
  scene('outcome-unknown-payment', "We can't tell if your payment went through", {
    matter: unanswered({ belief: belief('suspect') }),
    asker: asker(FORM, { ...POST, route: route({ payment: true }) }),
  }),
  scene('sign-in', "You can't sign in right now", {
    matter: matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
    asker: asker(
      { ...NAVIGATION, Referer: 'https://app.chargeover.com/login' },
      { method: 'POST', target: '/login' },
    ),
  }),
  scene('sign-in-neutral', "You can't sign in right now", {
    matter: matter({ signIn: true, disposition: 'unknown', receivedStatus: 200 }),
    asker: asker(
      { ...NAVIGATION, Referer: 'https://billing.example.com/login' },
      { method: 'POST', target: '/login' },
    ),
    settings: settings({ brand: null }),
  }),
  scene('suspect', "ChargeOver didn't answer", {
    state: SILENT,
    matter: matter({ cause: 'connection_refused', belief: belief('suspect') }),
  }),
  scene('overload', 'ChargeOver is very busy right now', {
    matter: matter({ reason: 'overload', cause: null, belief: null }),
  }),
  scene('unknown-route', 'There is nothing at this address', {
    matter: matter({ reason: 'unknown_route', cause: null, belief: null }),
    asker: asker(NAVIGATION, { route: null }),
  }),
];
