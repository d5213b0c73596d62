// The page while it waits: is told by the gateway how things are, says what changed, and moves on by GET when the
// gateway says that the upstream is back (UX.md, section 7). Without it the page is whole. Its values are in
// data-* of <html>; it is a constant, so that the policy can name its hash. Comments fill whole lines only, and
// every statement ends in a semicolon or a brace: it is sent without its blanks.
(() => {
const page = document;
const root = page.documentElement;
const { live, write, moves, to: returnTo } = root.dataset;
const texts = JSON.parse(root.dataset.texts);
const find = (selector) => page.querySelector(selector);
const each = (selector, act) => page.querySelectorAll(selector).forEach(act);
const line = find('[role=status]'),
  box = find('#live'),
  list = find('ol'),
  none = find('#none'),
  note = find('#note'),
  primary = find('.primary');
const now = () => Date.now();
const started = now();
const random = (most) => Math.random() * most;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
// The next question, the reload and the announcement that are to come, and where answers come from.
let timer, reload, spoken, stream, isPolling;
// Title and button as they were before the page said that the upstream is back; null: it has not.
let before;
// True when the time to reload has come while nobody looked, or the browser was offline.
let isDue;
// The lead that was told last, and the update that was announced last.
let told, said;
let errors = 0, dueAt = 0, lastSaid = 0;

// Storage may be switched off; then nothing is remembered, and nothing reloads by itself.
const stored = (name, value) => {
  try {
    if (value) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {}
};
const say = (text) => {
  if (line.textContent === text) return;
  line.textContent = text;
  if (text) lastSaid = now();
};
const time = (element) => {
  const at = new Date(element.dateTime);
  const day = { weekday: 'long', month: 'long', day: 'numeric' };
  const hour = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
  // Where the server said a date, it was meant to be said.
  const isFar = Math.abs(now() - at) > 864e5 || element.dataset.day;
  element.textContent = at.toLocaleString(root.lang, isFar ? { ...day, ...hour } : hour);
};
const add = (parent, name, text) => {
  const element = parent.appendChild(page.createElement(name));
  if (text) element.textContent = text;
  return element;
};

const promised = () => {
  each('.while-live', (element) => { element.hidden = !box.checked; });
};

// A new posting goes on top; the ones that are there stay as they are, so nothing moves under the reader.
const post = ({ id, label, at, text, url }) => {
  if ([...list.children].some((item) => item.dataset.id === id)) return false;
  const item = page.createElement('li');
  item.dataset.id = id;
  const head = add(item, 'h3', `${label} `);
  const when = add(head, 'time');
  when.dateTime = at;
  time(when);
  add(item, 'p', text).lang = 'en';
  if (url) add(add(item, 'p'), 'a', texts.full).href = url;
  list.prepend(item);
  while (list.children.length > 5) list.lastChild.remove();
  list.hidden = list.parentNode.hidden = false;
  if (none) none.hidden = true;
  return true;
};
// At most one announcement in half a minute; the newest waits for its turn.
const news = (updates) => {
  if (!list) return;
  const newest = [...updates].reverse().filter(post).pop();
  if (!newest) return;
  const text = fill(texts.update, { label: newest.label, text: newest.text.slice(0, 200) });
  clearTimeout(spoken);
  spoken = setTimeout(() => {
    if (text === said || before) return;
    said = text;
    say(text);
  }, Math.max(0, lastSaid + 3e4 - now()));
};

// What is known to be out is not put in doubt again.
const swap = ({ heading, headingId, title, lead, promise }) => {
  const h1 = find('h1');
  const last = told;
  told = lead.join();
  if (headingId === h1.id && (!last || told === last)) return;
  if (write === 'unknown' || h1.id === 'sign_in' || /^(suspect|recovered)$/.test(headingId)) return;
  h1.id = headingId;
  h1.textContent = heading;
  page.title = title;
  const block = find('.lead');
  block.replaceChildren();
  for (const text of lead) add(block, 'p', text);
  if (!promise) return;
  add(block.lastChild, 'span', ` ${write ? texts.nonGet : promise}`).className = 'while-live';
  promised();
};

// When this tab reloaded by itself: three times in ten minutes at most, and ever further apart.
const reloads = () => JSON.parse(stored('candor-reloads') ?? '[]').slice(-3);
// How long until it may again; null: not by itself any more.
const guard = () => {
  const kept = reloads().filter((at) => now() - at < 72e4);
  if (kept.length > 2 && now() - kept[0] < 6e5 || !stored('candor-probe', '1')) return null;
  return (kept[kept.length - 1] ?? now()) + [0, 3e4, 6e4, 12e4][kept.length] - now();
};
const leave = () => {
  isDue = page.hidden || !navigator.onLine;
  if (isDue) return;
  stored('candor-reloads', JSON.stringify([...reloads(), now()]));
  location.replace(returnTo);
};
const back = ({ reloadAfterMs, title }) => {
  if (before) return;
  before = [page.title, primary.textContent, primary.href];
  page.title = title;
  primary.textContent = texts.primary;
  primary.href = returnTo;
  if (!moves) return say(texts.back);
  const least = guard();
  // A page that only says "this request failed" never reloads by itself.
  if (!box.checked || least === null || find('#suspect')) return say(texts.manual);
  const wait = Math.max(reloadAfterMs, least);
  const seconds = Math.ceil(wait / 1e3);
  dueAt = now() + wait;
  say(fill(texts.reload[new Intl.PluralRules(root.lang).select(seconds)], { seconds }));
  reload = setTimeout(leave, wait);
};
const undo = () => {
  [page.title, primary.textContent, primary.href] = before;
  before = null;
};
const stay = () => {
  clearTimeout(reload);
  isDue = false;
};
const show = (state) => {
  errors = 0;
  if ([texts.offline, texts.unreachable].includes(line.textContent)) say('');
  if (state.reloadAfterMs !== null) return back(state);
  if (before) {
    undo();
    stay();
    say(texts.relapse);
  }
  swap(state);
  news(state.updates);
  if (note && state.note) note.textContent = state.note;
};

const lost = () => say(navigator.onLine ? texts.unreachable : texts.offline);
// A page that has its turn to reload says how long that is away, and one that stays wants none.
const address = (name) => {
  const left = before ? Math.max(0, Math.ceil(dueAt - now())) : 'no';
  return live.replace('status.json', name) + (before || !moves ? `&wait=${left}` : '');
};
// Who has waited for long asks less often.
const slower = () => {
  const waited = now() - started;
  return before || waited < 18e5 ? 1 : waited < 72e5 ? 2 : 4;
};
const stop = () => {
  clearTimeout(timer);
  timer = 0;
  if (stream) stream.close();
  stream = null;
};
const after = (ms, act) => {
  stop();
  if (box.checked && !page.hidden) timer = setTimeout(act, ms);
};
const ask = async () => {
  const turn = timer;
  const patience = new AbortController();
  setTimeout(() => patience.abort(), 1e4);
  try {
    const reply = await fetch(address('status.json'), { cache: 'no-store', credentials: 'omit', signal: patience.signal });
    const state = await reply.json();
    if (timer !== turn) return;
    show(state);
    after(state.nextPollMs * slower(), ask);
  } catch {
    if (timer !== turn) return;
    lost();
    after(15e3 + random(Math.min(12e4, 15e3 * 2 ** errors++)), ask);
  }
};
// A stream may be dead, or held back on its way, and nobody says so: what is silent for long is opened again.
const listen = () => {
  stop();
  stream = new EventSource(address('events'));
  const failed = () => {
    if (errors++) lost();
    if (errors < 3 && stream.readyState < 2) return after(5e3 + random(1e4), listen);
    isPolling = true;
    errors = 0;
    after((15e3 + random(15e3)) * slower(), ask);
  };
  timer = setTimeout(failed, 1e4);
  stream.onerror = failed;
  stream.onmessage = ({ data }) => {
    clearTimeout(timer);
    timer = setTimeout(listen, 18e4 + random(12e4));
    show(JSON.parse(data));
  };
};
const soon = () => after(isDue ? 0 : random(3e3), isPolling ? ask : listen);
// Whatever kept the stream from working may be over.
const anew = () => {
  if (page.hidden) return stop();
  isPolling = !window.EventSource;
  soon();
  if (isDue) reload = setTimeout(leave, random(2e3));
};
const toggle = () => {
  stored('candor-live', box.checked ? 'on' : 'off');
  promised();
  stay();
  if (before && moves) {
    if (box.checked) undo();
    else say(texts.manual);
  }
  soon();
};

if (write) history.replaceState(null, '', returnTo);
if (find('#outcome_unknown')) {
  primary.onclick = () => {
    if (history.length < 2 || before) return;
    history.back();
    return false;
  };
}
each('time', time);
each('.with-script', (element) => { element.hidden = false; });
box.checked = stored('candor-live') !== 'off';
box.onchange = toggle;
page.onvisibilitychange = anew;
addEventListener('online', anew);
addEventListener('offline', lost);
addEventListener('pagehide', stop);
addEventListener('pageshow', (event) => event.persisted && anew());
promised();
anew();
})();
