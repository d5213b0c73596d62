import { z } from 'zod';
import { receiverUrl } from './addresses.ts';
import { duration, line, list, reading, section, word } from './scalars.ts';
import type { NotifyTarget } from './settings.ts';
import { settingName } from './upstream-schema.ts';

const EVENTS = ['opened', 'updated', 'resolved'] as const;
const events = 'a list of `opened`, `updated` and `resolved`';

/** Where the services are asked that have one address for everybody. */
const SERVICE_URLS = {
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  statuspage: 'https://api.statuspage.io/v1',
} as const;

/** The id of a page or a component, as Statuspage makes them. */
function statuspageId(of: string) {
  return reading({
    expected: `the id of ${of} such as kctbh9vrtdwd`,
    title: 'id',
    read: (text) => (/^[A-Za-z0-9]{1,64}$/.test(text) ? text : undefined),
  });
}

/** Each setting has one place, whichever kinds it is of; `notify-consistency.ts` tells which kind needs what. */
const given = section({
  name: settingName.describe(
    'What the target is called in the log, in metrics and in the console.',
  ),
  kind: word(['webhook', 'slack', 'pagerduty', 'statuspage']).describe(
    'In which form the target is told: `webhook` is JSON signed by Standard Webhooks, `slack` any incoming webhook that takes what Slack takes, `pagerduty` Events v2, `statuspage` the management API of Atlassian Statuspage.',
  ),
  url: receiverUrl()
    .optional()
    .describe(
      'Where notices are sent; needed with `webhook` and `slack`. Else the address of the service itself.',
    ),
  secret: line(1_000)
    .optional()
    .describe(
      'The secret of a `webhook` (`whsec_…`), the routing key of `pagerduty`, the API key of `statuspage`. Best from the environment.',
    ),
  events: list(word(EVENTS), events, 1)
    .prefault([...EVENTS])
    .describe(
      'What is told: that an incident began, that more is known of it (another cause, a post on the status page, a relapse), that it is over.',
    ),
  every: duration('1m', '24h')
    .optional()
    .describe('How often an incident that goes on is told again, as `updated`. None: it is not.'),
  upstreams: list(settingName, 'a list of upstreams such as [app]', 1)
    .optional()
    .describe('Whose incidents are told. None: those of all upstreams.'),
  page: statuspageId('a page').optional().describe('With `statuspage`: the id of the page.'),
  components: z
    .record(settingName, statuspageId('a component'), {
      error: 'a mapping of upstreams to ids of components',
    })
    .optional()
    .describe(
      "With `statuspage`: the component of each upstream, whose status is set while an incident is open and put back after it. None: no component's.",
    ),
  incident: word(['none', 'draft', 'published'])
    .optional()
    .describe(
      'With `statuspage`: whether an incident is posted. `draft` makes a template that a person can publish, `published` posts it. Else `none`.',
    ),
});

/** One target. What its kind needs and lacks is refused by `notify-consistency.ts`, never filled in. */
export const notifyTarget = given.transform(
  ({ kind, secret = '', every = null, upstreams = null, url = '', ...rest }): NotifyTarget => {
    const { name, events: told, page = '', components = {}, incident = 'none' } = rest;
    const base = { name, events: told, everyMs: every, upstreams };
    switch (kind) {
      case 'webhook':
        return { ...base, kind, url, secret };
      case 'slack':
        return { ...base, kind, url };
      case 'pagerduty':
        return { ...base, kind, url: url || SERVICE_URLS.pagerduty, routingKey: secret };
      case 'statuspage': {
        const own = { apiKey: secret, page, components, incident };
        return { ...base, kind, url: url || SERVICE_URLS.statuspage, ...own };
      }
    }
  },
);
