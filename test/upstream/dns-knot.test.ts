import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { discoverByDns } from '../../src/upstream/dns.ts';
import { KNOT_IS_MISSING, Knot } from '../support/knot.ts';

const never = new AbortController().signal;

const RECORDS = `
  tasks.app 5 A 10.0.1.4
  tasks.app 5 A 10.0.1.3
  both 30 A 10.0.1.3
  both 20 AAAA fd00::5
  six 30 AAAA fd00::6
  idle TXT "a name without an address"
  short 1 A 10.0.1.8
  zero 0 A 10.0.1.9
  alias CNAME tasks.app

  _http._tcp.app SRV 10 60 8080 one
  _http._tcp.app SRV 10 40 8081 two
  _http._tcp.app SRV 20 0 9090 spare
  one 30 A 10.0.2.1
  two 40 A 10.0.2.2
  spare A 10.0.2.9
  _fallback._tcp.app SRV 10 0 8080 nobody
  _fallback._tcp.app SRV 20 0 9090 spare
  _lost._tcp.app SRV 10 0 8080 nobody
  _closed._tcp.app SRV 0 0 0 .
  _foreign._tcp.app SRV 10 0 8080 app.elsewhere.test.
  _brief._tcp.app 7 SRV 10 0 8080 one
  chain 20 CNAME link
  link 4 CNAME one
  ring CNAME gnir
  gnir CNAME ring
`;

/** More than a datagram holds. */
const MANY = Array.from({ length: 200 }, (_, index) => `10.1.0.${index + 1}`);

let knot: Knot;

function discover(name: string, port: number | null = 8080) {
  return discoverByDns({
    kind: 'dns',
    name: `${name}.example.test`,
    port,
    scheme: 'http',
    everyMs: 1000,
    servers: [knot.address],
  });
}

describe.skipIf(KNOT_IS_MISSING !== null)('by the word of a real name server', () => {
  beforeAll(async () => {
    knot = await Knot.start(RECORDS);
  });
  beforeEach(() => knot.publish(RECORDS));
  afterAll(() => knot[Symbol.asyncDispose]());

  test.for([
    { name: 'tasks.app', of: 'A records', freshMs: 5_000, hosts: ['10.0.1.3', '10.0.1.4'] },
    { name: 'both', of: 'A and AAAA records', freshMs: 20_000, hosts: ['10.0.1.3', '[fd00::5]'] },
    { name: 'six', of: 'AAAA records', freshMs: 30_000, hosts: ['[fd00::6]'] },
    { name: 'alias', of: 'an alias', freshMs: 5_000, hosts: ['10.0.1.3', '10.0.1.4'] },
    { name: 'zero', of: 'records that may not be kept', freshMs: 0, hosts: ['10.0.1.9'] },
  ])('$of are endpoints, for as long as they live', async ({ name, freshMs, hosts }) => {
    expect(await discover(name).ask(never)).toEqual({
      urls: hosts.map((host) => `http://${host}:8080`),
      error: null,
      freshMs,
      isDecided: false,
      desired: null,
    });
  });

  test.for([
    { name: 'nothing', why: 'there is no such name', port: 8080 },
    { name: 'idle', why: 'the name has no address', port: 8080 },
    { name: '_nothing._tcp.app', why: 'there is no such service', port: null },
    { name: '_lost._tcp.app', why: 'no target of the service exists', port: null },
    { name: 'one', why: 'the name lists no service', port: null },
  ])('there are no endpoints where $why, and nobody decided it', async ({ name, port }) => {
    expect(await discover(name, port).ask(never)).toEqual({
      urls: [],
      error: null,
      freshMs: null,
      isDecided: false,
      desired: null,
    });
  });

  test('a zone that the server refuses to speak of is no answer', async () => {
    const source = discoverByDns({
      kind: 'dns',
      name: 'app.elsewhere.test',
      port: 8080,
      scheme: 'http',
      everyMs: 1000,
      servers: [knot.address],
    });
    expect(await source.ask(never)).toMatchObject({ urls: [], error: 'EREFUSED' });
  });

  test('records that change are seen at the next question, whatever their time to live', async () => {
    const source = discover('tasks.app');
    await source.ask(never);
    await knot.publish('tasks.app 600 A 10.0.1.4\ntasks.app 600 A 10.0.1.5');
    const urls = ['http://10.0.1.4:8080', 'http://10.0.1.5:8080'];
    expect(await source.ask(never)).toMatchObject({ urls, error: null });
    await knot.publish('');
    expect(await source.ask(never)).toMatchObject({ urls: [], error: null });
    await knot.publish('tasks.app AAAA fd00::7');
    expect(await source.ask(never)).toMatchObject({ urls: ['http://[fd00::7]:8080'] });
  });

  test('a name that turns from one kind of address to the other is followed at once', async () => {
    const source = discover('tasks.app');
    await source.ask(never);
    await knot.publish('tasks.app AAAA fd00::7');
    expect(await source.ask(never)).toMatchObject({ urls: ['http://[fd00::7]:8080'], error: null });
  });

  test('a service is found at the ports of its best targets', async () => {
    expect(await discover('_http._tcp.app', null).ask(never)).toEqual({
      urls: ['http://10.0.2.1:8080', 'http://10.0.2.2:8081'],
      error: null,
      freshMs: 30_000,
      isDecided: false,
      desired: null,
    });
  });

  test('the next priority serves where the best has no address, and only then', async () => {
    const urls = ['http://10.0.2.9:9090'];
    expect(await discover('_fallback._tcp.app', null).ask(never)).toMatchObject({ urls });
    const source = discover('_http._tcp.app', null);
    await source.ask(never);
    await knot.publish(RECORDS.replaceAll(/^ {2}(one|two) .*$/gm, ''));
    expect(await source.ask(never)).toMatchObject({ urls, error: null });
  });

  test('a service whose record says that it is not available is absent by decision', async () => {
    const found = await discover('_closed._tcp.app', null).ask(never);
    expect(found).toMatchObject({ urls: [], error: null, isDecided: true });
  });

  test('a target that nobody can speak of keeps what is known of the service', async () => {
    const unknown = await discover('_foreign._tcp.app', null).ask(never);
    expect(unknown).toMatchObject({ urls: [], error: 'EREFUSED' });

    const source = discover('_http._tcp.app', null);
    const { urls } = await source.ask(never);
    await knot.publish('_http._tcp.app SRV 10 0 8080 app.elsewhere.test.');
    expect(await source.ask(never)).toMatchObject({ urls, error: 'EREFUSED', isDecided: false });
  });

  test('a service is asked for again when its records have lived, though its addresses live longer', async () => {
    const found = await discover('_brief._tcp.app', null).ask(never);
    expect(found).toMatchObject({ urls: ['http://10.0.2.1:8080'], freshMs: 7_000 });
  });

  test('addresses that come with a service are used, and followed when they change', async () => {
    const source = discover('_brief._tcp.app', null);
    await source.ask(never);
    await knot.publish('_brief._tcp.app 7 SRV 10 0 8080 one\none 3 A 10.0.2.7\none 3 A 10.0.2.8');
    const urls = ['http://10.0.2.7:8080', 'http://10.0.2.8:8080'];
    expect(await source.ask(never)).toMatchObject({ urls, error: null, freshMs: 3_000 });
    await knot.publish('_brief._tcp.app 7 SRV 10 0 8080 one\none AAAA fd00::7');
    expect(await source.ask(never)).toMatchObject({ urls: ['http://[fd00::7]:8080'] });
  });

  test('an alias of an alias is kept for as long as the shortest-lived of them', async () => {
    const found = await discover('chain').ask(never);
    expect(found).toMatchObject({ urls: ['http://10.0.2.1:8080'], freshMs: 4_000 });
  });

  test('aliases that lead in a ring lead nowhere', async () => {
    expect(await discover('ring').ask(never)).toMatchObject({ urls: [] });
  });

  test('more addresses than a datagram holds are all endpoints', async () => {
    await knot.publish(MANY.map((address) => `tasks.app 9 A ${address}`).join('\n'));
    const { urls, error, freshMs } = await discover('tasks.app').ask(never);
    expect(urls).toEqual(MANY.map((address) => `http://${address}:8080`).sort());
    expect({ error, freshMs }).toEqual({ error: null, freshMs: 9_000 });
  });

  test('more targets than a datagram holds are all endpoints', async () => {
    const targets = MANY.map(
      (address, index) => `_http._tcp.app SRV 0 0 ${index + 1} t${index}\nt${index} A ${address}`,
    );
    await knot.publish(targets.join('\n'));
    const { urls, error } = await discover('_http._tcp.app', null).ask(never);
    expect(urls).toHaveLength(MANY.length);
    expect(error).toBeNull();
  });

  test('a service moves with its targets', async () => {
    const source = discover('_http._tcp.app', null);
    await source.ask(never);
    await knot.publish('_http._tcp.app SRV 10 0 8080 one\none A 10.0.3.1');
    expect(await source.ask(never)).toMatchObject({ urls: ['http://10.0.3.1:8080'] });
  });
});

if (KNOT_IS_MISSING !== null) {
  const why = KNOT_IS_MISSING;
  test('a real name server is asked', ({ skip }) => skip(why));
}
