import { describe, expect, onTestFinished, test } from 'vitest';
import type { Discovery } from '../../src/config/upstream-settings.ts';
import type { Log } from '../../src/log.ts';
import { discoverBySwarm } from '../../src/upstream/swarm.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';

const never = new AbortController().signal;
const NAME = 'demo_app';

type SwarmSettings = Extract<Discovery, { kind: 'swarm' }>;

function discover(engine: FakeEngine, own: Partial<SwarmSettings> = {}) {
  const lines: string[] = [];
  const note = ({ code }: { code?: string }, message: string) =>
    void lines.push(code === undefined ? message : `${message}: ${code}`);
  // Pino's overloads are more than a test needs; the program calls them all in this one way.
  const log = { info: note, warn: note } as unknown as Log;
  const settings: SwarmSettings = {
    kind: 'swarm',
    service: NAME,
    port: 8080,
    scheme: 'http',
    everyMs: 1000,
    engine: { kind: 'socket', path: engine.path },
    network: null,
    ...own,
  };
  return { source: discoverBySwarm(settings, { upstream: 'app', log }), lines };
}

const service = (name: string, replicas: number, id = 'id1') => ({
  ID: id,
  Spec: { Name: name, Mode: { Replicated: { Replicas: replicas } } },
  ServiceStatus: { RunningTasks: 0, DesiredTasks: replicas },
});
const globalService = (desired: number) => ({
  ID: 'id1',
  Spec: { Name: NAME, Mode: { Global: {} } },
  ServiceStatus: { RunningTasks: 0, DesiredTasks: desired },
});

const on = (network: string, address: string, isIngress = false) => ({
  Network: { ID: `${network}-id`, Spec: { Name: network, Ingress: isIngress } },
  Addresses: [`${address}/24`],
});
const task = (attachments: readonly unknown[], state = 'running', desired = 'running') => ({
  DesiredState: desired,
  Status: { State: state },
  NetworksAttachments: attachments,
});

const INGRESS = on('ingress', '10.0.0.9', true);
const FIRST = task([INGRESS, on('billing', '10.0.1.3'), on('ledger', '10.0.2.3')]);
const SECOND = task([INGRESS, on('billing', '10.0.1.4'), on('ledger', '10.0.2.4')]);

/** An Engine with two tasks, and a source that has found them. */
async function found() {
  const engine = await startFakeEngine();
  engine.services = [service(NAME, 2)];
  engine.tasks = [FIRST, SECOND];
  const { source, lines } = discover(engine);
  const { urls } = await source.ask(never);
  expect(urls).toEqual(['http://10.0.1.3:8080', 'http://10.0.1.4:8080']);
  return { engine, source, urls, lines };
}

describe('the tasks of a service', () => {
  test.for([
    {
      which: 'on the first network that is their own',
      network: null,
      hosts: ['10.0.1.3', '10.0.1.4'],
    },
    { which: 'on the network of that name', network: 'ledger', hosts: ['10.0.2.3', '10.0.2.4'] },
    { which: 'on the network of that ID', network: 'ledger-id', hosts: ['10.0.2.3', '10.0.2.4'] },
  ])('are endpoints $which', async ({ network, hosts }) => {
    const engine = await startFakeEngine();
    engine.services = [service('demo_app2', 9, 'id2'), service(NAME, 2)];
    engine.tasks = [SECOND, FIRST];
    expect(await discover(engine, { network }).source.ask(never)).toEqual({
      urls: hosts.map((host) => `http://${host}:8080`),
      error: null,
      freshMs: null,
      isDecided: false,
      desired: 2,
    });
  });

  test('are those that run and are meant to: none that starts, ends, or has failed', async () => {
    const engine = await startFakeEngine();
    engine.services = [service(NAME, 2)];
    const billing = [on('billing', '10.0.1.9')];
    engine.tasks = [
      FIRST,
      task(billing, 'starting'),
      task(billing, 'running', 'shutdown'),
      task(billing, 'failed'),
    ];
    expect((await discover(engine).source.ask(never)).urls).toEqual(['http://10.0.1.3:8080']);
  });

  test('at IPv6 addresses have brackets around them', async () => {
    const engine = await startFakeEngine();
    engine.services = [service(NAME, 1)];
    engine.tasks = [task([on('billing', 'fd00::3')])];
    expect((await discover(engine).source.ask(never)).urls).toEqual(['http://[fd00::3]:8080']);
  });

  test('that run without an address on the network are a failure with a name of its own', async () => {
    const { engine } = await found();
    const { source } = discover(engine, { network: 'nowhere' });
    expect(await source.ask(never)).toMatchObject({ urls: [], error: 'NO_ADDRESS' });
  });
});

describe('no task', () => {
  test.for([
    { when: 'the service is absent', services: [], desired: null, isDecided: true },
    {
      when: 'only a service whose name begins alike is there',
      services: [service('demo_app2', 2)],
      desired: null,
      isDecided: true,
    },
    { when: 'it is scaled to none', services: [service(NAME, 0)], desired: 0, isDecided: true },
    { when: 'some should run', services: [service(NAME, 3)], desired: 3, isDecided: false },
    { when: 'a global one should run', services: [globalService(2)], desired: 2, isDecided: false },
    {
      when: 'no node fits a global one',
      services: [globalService(0)],
      desired: 0,
      isDecided: false,
    },
  ])('when $when: decided is $isDecided', async ({ services, desired, isDecided }) => {
    const engine = await startFakeEngine();
    engine.services = services;
    const said = await discover(engine).source.ask(never);
    expect(said).toEqual({ urls: [], error: null, freshMs: null, isDecided, desired });
  });

  test('is found where the service goes between the two questions', async () => {
    const { engine, source } = await found();
    engine.behaves = ({ url }, response) => {
      if (url?.startsWith('/services')) response.end(JSON.stringify(engine.services));
      else response.writeHead(404).end('{"message":"service id1 not found"}');
    };
    expect(await source.ask(never)).toMatchObject({ urls: [], error: null, isDecided: true });
  });
});

describe('while the Engine cannot say', () => {
  test.for([
    {
      what: 'manages no swarm',
      code: 'HTTP_503',
      behaves: (_, response) => void response.writeHead(503).end('{"message":"not a manager"}'),
    },
    {
      what: 'is behind a proxy that refuses',
      code: 'HTTP_403',
      behaves: (_, response) => void response.writeHead(403).end('<html>'),
    },
    {
      what: 'says what is no JSON',
      code: 'NOT_JSON',
      behaves: (_, response) => void response.end('[{"ID":'),
    },
    {
      what: 'says JSON of another shape',
      code: 'BAD_ANSWER',
      behaves: (_, response) => void response.end('{"services":[]}'),
    },
    {
      what: 'lists what is no service',
      code: 'BAD_ANSWER',
      behaves: (_, response) => void response.end('[null,7,"demo_app"]'),
    },
    {
      what: 'never stops talking',
      code: 'TOO_LARGE',
      behaves: (_, response) => {
        const more = () => {
          while (response.writable && response.write(' '.repeat(1024 * 1024)));
        };
        response.on('drain', more);
        more();
      },
    },
    { what: 'says nothing', code: 'ETIMEDOUT', behaves: () => undefined },
    {
      what: 'stops in the middle',
      code: 'ETIMEDOUT',
      behaves: (_, response) => void response.write('[{"ID":'),
    },
    {
      what: 'breaks off',
      code: 'UND_ERR_SOCKET',
      behaves: ({ socket }) => void socket.destroy(),
    },
  ] satisfies { what: string; code: string; behaves: FakeEngine['behaves'] }[])(
    'because it $what, the last known tasks stay',
    async ({ code, behaves }) => {
      const { engine, source, urls } = await found();
      engine.behaves = behaves;
      const askedAt = performance.now();
      expect(await source.ask(never)).toEqual({
        urls,
        error: code,
        freshMs: null,
        isDecided: false,
        desired: null,
      });
      expect(performance.now() - askedAt).toBeLessThan(3_000);

      engine.behaves = null;
      expect(await source.ask(never)).toMatchObject({ urls, error: null });
    },
  );

  test('because it is gone, the last known tasks stay', async () => {
    const { engine, source, urls } = await found();
    await engine.close();
    await source.ask(never); // May be the one that finds its connection closed.
    expect(await source.ask(never)).toMatchObject({ urls, error: 'ENOENT' });
  });

  test('because nobody listens at the address, nothing is known', async () => {
    const engine = await startFakeEngine();
    // Port 1 is tcpmux, which no machine of this century serves.
    const { source } = discover(engine, { engine: { kind: 'tcp', host: '127.0.0.1', port: 1 } });
    expect(await source.ask(never)).toMatchObject({ urls: [], error: 'ECONNREFUSED' });
  });

  test('an address that is none is not made an endpoint', async () => {
    const engine = await startFakeEngine();
    engine.services = [service(NAME, 1)];
    engine.tasks = [task([on('billing', 'no address')]), task([{ Network: 7 }]), FIRST];
    expect((await discover(engine).source.ask(never)).urls).toEqual(['http://10.0.1.3:8080']);
  });

  test('a question ends at once when it is stopped', async () => {
    const { engine, source } = await found();
    engine.behaves = () => undefined;
    const stop = new AbortController();
    const asking = source.ask(stop.signal);
    stop.abort();
    const stoppedAt = performance.now();
    await asking;
    expect(performance.now() - stoppedAt).toBeLessThan(200);
  });
});

/** A source that watches, and how often it has told of news. */
async function watching() {
  const { engine, source, lines } = await found();
  const stop = new AbortController();
  let news = 0;
  const running = source.watch?.(() => {
    news += 1;
  }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const untilNews = (count: number) => eventually(() => (news >= count ? true : undefined));
  return { engine, lines, stop, running, news: () => news, untilNews };
}

describe('events', () => {
  test('of the service, its containers and the nodes are news; others are not', async () => {
    const { engine, news, untilNews } = await watching();
    await untilNews(1); // The stream is open.
    const label = { 'com.docker.swarm.service.name': 'demo_other' };
    engine.tell({ Type: 'container', Action: 'die', Actor: { Attributes: label } });
    engine.tell({ Type: 'service', Action: 'remove', Actor: { Attributes: { name: 'other' } } });
    engine.tell({ Type: 'service', Action: 'remove' });
    engine.tell('nothing of the kind');
    engine.tell({ Type: 'service', Action: 'remove', Actor: { Attributes: { name: NAME } } });
    await untilNews(2);
    expect(news()).toBe(2);

    const own = { 'com.docker.swarm.service.name': NAME };
    engine.tell({ Type: 'container', Action: 'start', Actor: { Attributes: own } });
    await untilNews(3);
  });

  test('are repeated for a second, because tasks follow their containers', async () => {
    const { engine, untilNews } = await watching();
    await untilNews(1);
    engine.tell({ Type: 'node', Action: 'update' });
    await untilNews(1 + 5);
  });

  test('are followed again when the stream ends, and what was missed is asked for', async () => {
    const { engine, untilNews } = await watching();
    await untilNews(1);
    engine.hangUp();
    await untilNews(2);
    await eventually(() => (engine.listeners === 1 ? true : undefined));
  });

  test.for([
    {
      what: 'are refused',
      code: 'HTTP_403',
      streams: (_, response) => void response.writeHead(403).end(),
    },
    {
      what: 'are no JSON',
      code: 'NOT_JSON',
      streams: (_, response) => void response.end('<html>\n'),
    },
    {
      what: 'have no end',
      code: 'TOO_LARGE',
      streams: (_, response) => void response.end('x'.repeat(1024 * 1024)),
    },
    { what: 'break off', code: 'UND_ERR_SOCKET', streams: ({ socket }) => void socket.destroy() },
  ] satisfies { what: string; code: string; streams: FakeEngine['streams'] }[])(
    'that $what are told of, and tried again after growing pauses',
    async ({ code, streams }) => {
      const engine = await startFakeEngine();
      engine.streams = streams;
      const { source, lines } = discover(engine);
      const stop = new AbortController();
      const running = source.watch?.(() => undefined, stop.signal);
      const tries = () => engine.requests.length;
      await eventually(() => (tries() >= 3 ? true : undefined));
      expect(lines[0]).toBe(`event stream failed, asking at intervals: ${code}`);

      engine.streams = null;
      await eventually(() => (lines.at(-1) === 'event stream is back' ? true : undefined));
      stop.abort();
      await running;
      expect(tries()).toBeLessThan(8);
    },
  );

  test('are followed no more when the source is stopped', async () => {
    const { engine, stop, running, untilNews } = await watching();
    await untilNews(1);
    stop.abort();
    await running;
    await eventually(() => (engine.listeners === 0 ? true : undefined));
  });
});

test('nothing but three lists is ever asked for, and nothing is ever sent', async () => {
  const { engine, untilNews } = await watching();
  await untilNews(1);
  engine.services = [];
  engine.tell({ Type: 'service', Action: 'remove', Actor: { Attributes: { name: NAME } } });
  await untilNews(3);
  const kinds = ['GET /events', 'GET /services', 'GET /tasks'];
  expect([...new Set(engine.requests)].sort()).toEqual(kinds);
});
