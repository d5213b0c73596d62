import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CREDENTIALS_SENTENCE } from '../../src/demo/login-site.ts';
import type { Received } from './client.ts';
import { Deployment } from './deployment.ts';
import { dockerFor } from './engine.ts';
import { type Incident, replayIncident } from './incident.ts';
import { freePorts } from './ports.ts';
import { startEngine } from './start-engine.ts';
import { type Truth, timelineOf, truthOf } from './timeline.ts';
import { CLIENTS, type Client, type Observation } from './traffic.ts';

const TOLERANCE_MS = 2_000;
const TOLD_MS = 5_000;
const SERVED_AGAIN_MS = 3_000;
/** With the Engine's events: from the service's removal to the verdict, and from the first task to a page. */
const EVENT_DOWN_MS = 300;
const EVENT_SERVED_MS = 1_000;

/** As candor.yaml says. */
const STATUS_PAGE = 'http://status:8080/';

let incident: Incident;
let truth: Truth;
const undo = new AsyncDisposableStack();

beforeAll(async () => {
  const ports = await freePorts();
  const engine = undo.use(await startEngine(Object.values(ports)));
  console.log(engine.description);
  const deployment = undo.use(await Deployment.prepare(dockerFor(engine), engine, ports));
  incident = await replayIncident(deployment, {
    gateway: engine.door(ports.gateway),
    ops: engine.door(ports.ops),
    login: engine.door(ports.login),
    byEngine: engine.door(ports.byEngine),
  });
  truth = truthOf(incident);
  console.log(`\n${timelineOf(incident)}\n`);
});

afterAll(() => undo.disposeAsync());

describe('the incident is real', () => {
  test('the bad deployment exits 0 and has removed the application', () => {
    expect(incident.deployed.code).toBe(0);
    expect(incident.deployed.stdout).toContain('Removing service demo_app');
  });

  test('past the gateway, the login site tells a user with the correct password that it is wrong', () => {
    expect(incident.pastTheGateway.body).toContain(CREDENTIALS_SENTENCE);
  });
});

describe('the pipeline', () => {
  test('stops the bad file before it is deployed, and lets the good one pass', () => {
    const { good, bad } = incident.guarded;
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('app × 2') });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/bad\.yml:1:1: .*a stray space/);
  });

  test('fails within ten seconds where the bad file is deployed regardless', () => {
    const { code, stdout, startedAt, endedAt } = incident.verified.outage;
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed: app is down \(no_endpoints\), 0 of 2 endpoints/);
    expect(endedAt - startedAt).toBeLessThan(10_000);
  });

  test('is content with the good deployment that follows', () => {
    expect(incident.verified.after).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('verified: all has been well for 2 s'),
    });
  });
});

describe('from the bad deployment on', () => {
  test.for(CLIENTS)('no %s gets a raw error, or none at all', (client) => {
    expect(gistsOf(seenBy(client, ({ kind }) => kind === 'raw'))).toEqual([]);
  });

  test.for(CLIENTS)('no %s is told that its correct credentials are wrong', (client) => {
    expect(gistsOf(seenBy(client, ({ kind }) => kind === 'false_blame'))).toEqual([]);
  });

  test('a wrong password is not called wrong while nobody could check it', () => {
    const { stoppedAt, startedAt } = truth;
    const blamed = seenBy(
      'wrong password',
      ({ kind, sentAt, endedAt }) =>
        kind === 'refused' && sentAt > stoppedAt && endedAt < startedAt,
    );
    expect(gistsOf(blamed)).toEqual([]);
  });
});

describe('during the outage', () => {
  test.for(CLIENTS)(
    'each answer to the %s says what became of the request, and where to look',
    (client) => {
      const answers = answersIn(client);
      expect(answers.length).toBeGreaterThan(0);
      for (const { reply } of answers) {
        expect(reply?.status).toBe(503);
        expect(reply?.statusMessage).toMatch(
          /^ChargeOver outage\b.* - see http:\/\/status:8080\/$/,
        );
        expect(reply?.headers).toMatchObject({
          'cache-control': 'no-store',
          'candor-disposition': expect.stringMatching(
            /^(not_processed|unknown); retry-safe=\?1; reason=outage$/,
          ),
          'content-length': expect.any(String),
          link: `<${STATUS_PAGE}>; rel="status"`,
          'proxy-status': expect.stringMatching(/^candor; /),
          'retry-after': expect.stringMatching(/^\d+$/),
          'x-request-id': expect.any(String),
        });
        expect(reply?.headers['set-cookie']).toBeUndefined();
      }
    },
  );

  test('a person gets the page, first without and then with what the team posted', () => {
    const pages = answersIn('browser');
    expect(pages.at(0)?.reply?.body).toContain('ChargeOver stopped answering at');
    expect(pages.at(-1)?.reply?.body).toContain('The ChargeOver team knows about it');
    expect(pages.at(-1)?.reply?.body).toContain('The main application cannot be reached.');
    for (const { reply } of pages) {
      expect(reply?.headers['content-type']).toMatch(/^text\/html/);
      expect(headingOf(reply)).toBe('Sorry, ChargeOver is unavailable');
      expect(reply?.headers['proxy-status']).toBe('candor; error=destination_unavailable');
    }
  });

  test("an API client gets ChargeOver's envelope", () => {
    const envelopes = answersIn('api client');
    for (const { reply } of envelopes) {
      expect(reply?.headers['content-type']).toMatch(/^application\/json/);
      expect(JSON.parse(reply?.body ?? '')).toEqual({
        code: 503,
        status: 'Error',
        message: expect.stringMatching(
          /^ChargeOver is unavailable\. Nothing was sent, so it is safe to try again\. See \S+ \(ref \S+\)$/,
        ),
        details: expect.objectContaining({
          reason: 'outage',
          disposition: 'not_processed',
          retry_safe: true,
          retry_after: expect.any(Number),
          reference: reply?.headers['x-request-id'],
        }),
        response: false,
      });
    }
    const { details } = JSON.parse(envelopes.at(-1)?.reply?.body ?? '');
    expect(details.incident_status).toBe('investigating');
    expect(details.incident_url).toContain(STATUS_PAGE);
  });

  test.for(['sign-in', 'wrong password'] as const)(
    'a %s gets the page that says that nobody can sign in',
    (client) => {
      for (const { reply } of answersIn(client)) {
        expect(headingOf(reply)).toBe("You can't sign in right now");
        expect(textOf(reply)).toContain("This doesn't mean your email or password is wrong.");
      }
    },
  );
});

describe('what the gateway states', () => {
  test('the outage began when it truly began, by two seconds', () => {
    const down = incident.statements.find(({ verdict }) => verdict === 'down');
    expect(down?.cause).toBe('no_endpoints');
    // Docker takes a task out of its DNS two seconds before it stops it. Who asks by name has an
    // outage from the former on; the latter is the end of the last request that was running.
    expect(down?.since).toBeGreaterThanOrEqual(truth.unlistedAt - TOLERANCE_MS);
    expect(down?.since).toBeLessThanOrEqual(truth.unlistedAt + TOLERANCE_MS);
    expect(down?.since).toBeLessThanOrEqual(truth.stoppedAt + TOLERANCE_MS);
  });

  test('the outage ended when it truly ended, by two seconds', () => {
    const upAt = lastWord().at;
    expect(lastWord().verdict).toBe('up');
    expect(upAt).toBeGreaterThanOrEqual(truth.startedAt);
    expect(upAt - truth.answersAt).toBeLessThanOrEqual(TOLERANCE_MS);
  });
});

describe('the report, without a hand edit', () => {
  test('has the start and the end within two seconds of the truth, and that it was known at once', () => {
    const { startedAt, detectedAt, resolvedAt, status } = incident.report.facts;
    expect(status).toBe('resolved');
    expect(Math.abs(Date.parse(startedAt) - truth.unlistedAt)).toBeLessThanOrEqual(TOLERANCE_MS);
    expect(Date.parse(detectedAt) - Date.parse(startedAt)).toBeLessThanOrEqual(TOLERANCE_MS);
    expect(Math.abs(Date.parse(resolvedAt) - truth.answersAt)).toBeLessThanOrEqual(TOLERANCE_MS);
  });

  test('names the component, what was met, and what the team posted', () => {
    const { components, causes, updates } = incident.report.facts;
    expect(components).toEqual(['Main Application']);
    expect(causes[0]).toMatchObject({ cause: 'no_endpoints' });
    expect(updates).toMatchObject([
      { status: 'investigating', text: expect.stringContaining('cannot be reached') },
    ]);
  });

  test('counts each answer that a client got in the place of the application, and each sign-in', () => {
    const { impact, steps } = incident.report.facts;
    const figures = Object.fromEntries(impact.map(({ what, value }) => [what, value]));
    const answers = CLIENTS.flatMap((client) => seenBy(client, ({ kind }) => kind === 'honest'));
    expect(figures['Requests answered in its place']).toBe(answers.length.toLocaleString('en-US'));
    const signIns = answers.filter(({ client }) => /sign-in|password/.test(client));
    expect(figures['Misleading replies prevented']).toBe(signIns.length.toLocaleString('en-US'));
    const charted = steps.map(({ notProcessed, unknown }) => notProcessed + unknown);
    expect(charted.reduce((sum, count) => sum + count, 0)).toBe(answers.length);
  });
});

describe('those on call', () => {
  test('hear of the outage within five seconds of the bad deployment', () => {
    const [opened] = callsSinceBroken();
    expect(opened?.text).toContain('ChargeOver: Main Application is down: it has no endpoints');
    expect((opened?.at ?? Number.NaN) - incident.brokenAt).toBeLessThanOrEqual(TOLD_MS);
  });

  test('hear of the post on the status page, and of the end, each once', () => {
    const gists = callsSinceBroken().map(({ text }) => /down|says|back/.exec(text)?.[0]);
    expect(gists).toEqual(['down', 'says', 'back']);
  });
});

describe("the gateway that follows the Engine's events", () => {
  test('knows of the outage within 300 ms of the removal of the service, and says who decided it', () => {
    const { removedAt, verdicts, errors } = incident.byEngine;
    const down = verdicts.find(({ to }) => to === 'down');
    expect(down?.cause).toBe('no_endpoints');
    expect((down?.at ?? Number.NaN) - removedAt).toBeLessThanOrEqual(EVENT_DOWN_MS);
    expect(errors).toContain('service is absent');
  });

  test('passes a page within a second of the first task that answers', () => {
    const back = incident.byEngine.asked.find(
      ({ endedAt, isServed }) => endedAt > incident.mendedAt && isServed === true,
    );
    const servedAt = back?.endedAt ?? Number.NaN;
    expect(servedAt - truth.answersAt).toBeLessThanOrEqual(EVENT_SERVED_MS);
  });

  test('has one outage, and leaves no request without an answer', () => {
    const { verdicts, asked } = incident.byEngine;
    // A verdict that stays `down` may change its cause: tasks are listed before they accept connections.
    const states = verdicts.filter(({ from, to }) => from !== to).map(({ to }) => to);
    expect(states).toEqual(['down', 'recovering', 'up']);
    expect(asked.filter(({ isServed }) => isServed === null)).toEqual([]);
  });
});

describe('afterwards', () => {
  test.for(CLIENTS)(
    'the %s is served within three seconds of the first task that runs and answers',
    (client) => {
      const servedAt = truth.answersAt + SERVED_AGAIN_MS;
      const last = seenBy(client, ({ kind }) => kind === 'honest').at(-1);
      expect(last?.endedAt).toBeLessThanOrEqual(servedAt);
      expect(seenBy(client, ({ sentAt }) => sentAt > servedAt).length).toBeGreaterThan(0);
    },
  );

  test('a wrong password says what the login site says, byte for byte, as it did before', () => {
    const { before, after, direct } = incident.wrongPassword;
    expect(direct.body).toContain(CREDENTIALS_SENTENCE);
    for (const reply of [before, after]) {
      expect(reply.status).toBe(direct.status);
      expect(reply.bytes.equals(direct.bytes)).toBe(true);
      expect(reply.headers['content-type']).toBe(direct.headers['content-type']);
      expect(reply.headers['content-encoding']).toBe(direct.headers['content-encoding']);
    }
  });
});

/** What was told of the application: the login site is another upstream. */
function callsSinceBroken(): Incident['calls'] {
  return incident.calls.filter(
    ({ at, text }) => at >= incident.brokenAt && text.includes('Main Application'),
  );
}

/** What a client saw since the bad deployment, and that is so. */
function seenBy(client: Client, isSo: (seen: Observation) => boolean): Observation[] {
  return incident.observations.filter(
    (seen) => seen.client === client && seen.endedAt >= incident.brokenAt && isSo(seen),
  );
}

/** The gateway's answers to requests that were sent while no task ran. */
function answersIn(client: Client): Observation[] {
  return seenBy(
    client,
    ({ kind, sentAt, endedAt }) =>
      kind === 'honest' && sentAt > truth.stoppedAt && endedAt < truth.startedAt,
  );
}

function lastWord(): Incident['statements'][number] {
  const last = incident.statements.at(-1);
  if (last === undefined) throw new Error('the gateway stated nothing');
  return last;
}

function headingOf(reply: Received | null): string | undefined {
  return decoded(/<h1[^>]*>([^<]*)</.exec(reply?.body ?? '')?.[1] ?? '');
}

function textOf(reply: Received | null): string {
  return decoded((reply?.body ?? '').replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ''));
}

function decoded(html: string): string {
  return html.replaceAll(/&#0*39;|&#x27;|&apos;|’/gi, "'").trim();
}

/** Short enough to be read where a test fails. */
function gistsOf(seen: readonly Observation[]): string[] {
  return seen.map(({ sentAt, reply, error }) => {
    const seconds = ((sentAt - incident.brokenAt) / 1000).toFixed(2);
    const got = `${reply?.status}: ${textOf(reply).replace(/\s+/g, ' ').slice(0, 200)}`;
    return `${seconds} s: ${error ?? got}`;
  });
}
