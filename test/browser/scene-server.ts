import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Locale, loadLocale } from '../../src/answer/locales.ts';
import type { Belief } from '../../src/outage/verdict.ts';
import type { StatusPageState } from '../../src/statuspage/model.ts';
import { answererOf, belief, bodyOf, REPORTED, statusOf } from '../answer/samples.ts';
import { SCENES } from '../answer/scenes.ts';

const QUIET: Told = { beliefs: [belief()], state: REPORTED };
const EN = loadLocale('en');
/** English that is 40 % longer, with letters that stand out: what is not translated is seen. */
const LONGER: Locale = {
  ...EN,
  texts: Object.fromEntries(
    Object.entries(EN.texts).map(([key, text]) => [key, stretched(text)] as const),
  ),
};
const LOCALES: Record<string, Locale> = {
  scene: EN,
  longer: LONGER,
  mirrored: { ...LONGER, language: 'ar', direction: 'rtl' },
  ...Object.fromEntries(
    ['ar', 'de', 'es', 'fr', 'ja', 'pt'].map((language) => [language, loadLocale(language)]),
  ),
};

/** What waiting pages are told. */
interface Told {
  readonly beliefs: readonly Belief[];
  readonly state: StatusPageState;
  /** Default: a short while when the first upstream is up, else null. */
  readonly reloadAfterMs?: number | null;
}

export interface SceneServer extends AsyncDisposable {
  readonly url: string;
  /** `METHOD target`, in the order of their coming. */
  readonly requests: string[];
  /** How many streams of events are open. */
  readonly streams: number;
  /** Tells everybody; null: connections break off. */
  tell(told: Told | null): void;
  /** From now on streams are refused, as beyond the limit. */
  refuseStreams(): void;
}

/**
 * Serves `/scene/NAME` as the gateway would: status, fields and body of the real answer; `/longer/NAME`
 * and `/mirrored/NAME` in languages that are longer, and written from right to left. Everything else is an application that works, with a form that posts to a scene.
 */
export async function startSceneServer(): Promise<SceneServer> {
  const requests: string[] = [];
  const live = liveServer();
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    requests.push(`${request.method} ${target}`);
    if (target.startsWith('/_candor/status.json')) return live.answer(response);
    if (target.startsWith('/_candor/events')) return live.open(response);
    const [, locale = '', wanted] = target.split('/');
    const scene = SCENES.find(({ name }) => name === wanted);
    if (scene === undefined || !(locale in LOCALES)) return void response.end(application(target));
    const { state, settings, beliefs, asker, matter } = scene;
    const answer = answererOf({
      state,
      settings,
      beliefs: () => beliefs,
      locales: [LOCALES[locale] ?? EN],
    }).answer(asker, matter);
    response.writeHead(answer.status, answer.reasonPhrase, [...answer.headers]).end(bodyOf(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is an object, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get streams() {
      return live.streams.size;
    },
    tell: live.tell,
    refuseStreams: live.refuse,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The gateway's own paths. Streams say nothing until there is something to tell. */
function liveServer() {
  let told: Told | null | 'nothing' = 'nothing';
  let isRefusing = false;
  const streams = new Set<ServerResponse>();
  const status = (now: Told) => {
    const isUp = now.beliefs[0]?.verdict.state === 'up';
    const { reloadAfterMs = isUp ? 6600 : null } = now;
    return statusOf(answererOf({ state: now.state }), now.beliefs, {
      upstream: 'app',
      reloadAfterMs,
    });
  };
  const send = (response: ServerResponse) => {
    if (told === null) response.destroy();
    else if (told !== 'nothing') response.write(`data: ${status(told).body}\n\n`);
  };
  return {
    streams,
    answer(response: ServerResponse) {
      if (told === null) return void response.destroy();
      const { headers, body } = status(told === 'nothing' ? QUIET : told);
      response.writeHead(200, [...headers]).end(body);
    },
    open(response: ServerResponse) {
      if (isRefusing) return void response.writeHead(503).end();
      if (told === null) return void response.destroy();
      streams.add(response);
      response.once('close', () => streams.delete(response));
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(':\n\n');
      send(response);
    },
    tell(next: Told | null) {
      told = next;
      for (const response of streams) send(response);
    },
    refuse() {
      isRefusing = true;
      for (const response of streams) response.destroy();
    },
  };
}

/** `/form/NAME` posts to a scene; every other page only says that it is the application. */
function application(target: string): string {
  const name = target.startsWith('/form/') ? target.slice('/form/'.length) : null;
  const form =
    name === null
      ? ''
      : `<form method="post" action="/scene/${name}"><input name="note"><button>Send</button></form>`;
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Application</title>${form}</html>`;
}

/** Every third letter twice and each `e` accented, outside arguments. */
function stretched(text: string): string {
  const pieces = text.split(/(\{(?:[^{}]|\{[^{}]*(?:\{\w+\}[^{}]*)*\})*\})/);
  const longer = (piece: string): string =>
    piece.replace(/(\p{L}{2})(\p{L})/gu, '$1$2$2').replaceAll('e', 'é');
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : longer(piece))).join('');
}
