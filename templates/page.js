// The page while it waits: asks the gateway how things are, says what changed, and moves on by GET when the
// gateway says that the upstream is up (UX.md, section 7). Without it the page is whole. Its values are in
// data-* of <html>; it is a constant, so that the policy can name its hash. Comments fill whole lines only.
(() => {
const root = document.documentElement;
const { live, write, moves, to: returnTo } = root.dataset;
const texts = JSON.parse(root.dataset.texts);
const find = (selector) => document.querySelector(selector);
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
const line = find('[role=status]');
const box = find('#live');
const list = find('ol');
const none = find('#none');
const note = find('#note');
const primary = find('.primary');
const started = Date.now();
const random = (least, most) => least + Math.random() * (most - least);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
let timer = 0;
let reload = 0;
let errors = 0;
let wasBack = false;
let lastSaid = 0;
let said = '';

// Storage may be switched off; then nothing is remembered, and nothing reloads by itself.
const stored = (name, value) => {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
};
const say = (text) => {
  if (line.textContent !== text) line.textContent = text;
};
const time = (element) => {
  const at = new Date(element.dateTime);
  const day = { weekday: 'long', month: 'long', day: 'numeric' };
  const hour = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
  // Where the server said a date, it was meant to be said.
  const isFar = Math.abs(Date.now() - at) > 864e5 || element.dataset.day;
  element.textContent = at.toLocaleString(root.lang, isFar ? { ...day, ...hour } : hour);
};
const add = (parent, name, text) => {
  const element = parent.appendChild(document.createElement(name));
  if (text !== undefined) element.textContent = text;
  return element;
};

// A new posting goes on top; the ones that are there stay as they are, so nothing moves under the reader.
const post = ({ id, label, at, text, url }) => {
  if ([...list.children].some((item) => item.dataset.id === id)) return false;
  const item = document.createElement('li');
  item.dataset.id = id;
  const head = add(item, 'h3', `${label} `);
  const when = add(head, 'time');
  when.dateTime = at;
  time(when);
  add(item, 'p', text).lang = 'en';
  if (url !== null) add(add(item, 'p'), 'a', texts.full).href = url;
  list.prepend(item);
  while (list.children.length > 5) list.lastChild.remove();
  list.hidden = list.parentNode.hidden = false;
  if (none) none.hidden = true;
  return true;
};
const news = (updates) => {
  if (!list) return;
  const added = updates.toReversed().filter(post);
  const newest = added.at(-1);
  if (!newest || Date.now() - lastSaid < 3e4) return;
  const text = fill(texts.update, { label: newest.label, text: newest.text.slice(0, 200) });
  if (text === said) return;
  said = text;
  lastSaid = Date.now();
  say(text);
};

const swap = ({ heading, headingId, title, lead, promise }) => {
  const h1 = find('h1');
  if (write === 'unknown' || h1.id === 'sign_in' || h1.id === headingId) return;
  h1.id = headingId;
  h1.textContent = heading;
  document.title = title;
  const block = find('.lead');
  block.replaceChildren();
  for (const text of lead) add(block, 'p', text);
  if (promise === null) return;
  const span = add(block.lastChild, 'span', ` ${write ? texts.nonGet : promise}`);
  span.className = 'while-live';
  span.hidden = !box.checked;
};

// How long until this tab may reload itself again; null: not by itself any more.
const guard = () => {
  const now = Date.now();
  const kept = JSON.parse(stored('candor-reloads') ?? '[]').filter((at) => now - at < 6e5);
  if (kept.length >= 3 || stored('candor-probe', '1') === null) return null;
  const wait = kept.length === 0 ? 0 : kept.at(-1) + [30, 60][kept.length - 1] * 1e3 - now;
  return { wait: Math.max(0, wait), go: () => {
    stored('candor-reloads', JSON.stringify([...kept, Date.now()]));
    location.replace(returnTo);
  } };
};
const leave = (go) => {
  if (!document.hidden) return go();
  document.addEventListener('visibilitychange', () => setTimeout(go, random(0, 2e3)), { once: true });
};
const back = ({ reloadAfterMs, title }) => {
  if (wasBack) return;
  wasBack = true;
  document.title = title;
  primary.textContent = texts.primary;
  primary.href = returnTo;
  if (!moves) return say(texts.back);
  const pass = guard();
  // A page that only says "this request failed" never reloads by itself.
  if (!box.checked || !pass || find('#suspect')) return say(texts.manual);
  const wait = Math.max(reloadAfterMs, pass.wait);
  const seconds = Math.ceil(wait / 1e3);
  say(fill(texts.reload[new Intl.PluralRules(root.lang).select(seconds)], { seconds }));
  reload = setTimeout(() => leave(pass.go), wait);
};
const show = (state) => {
  errors = 0;
  if (line.textContent === texts.offline || line.textContent === texts.unreachable) say('');
  if (state.outage.verdict === 'up') return back(state);
  if (wasBack) {
    wasBack = false;
    clearTimeout(reload);
    say(texts.relapse);
  }
  swap(state);
  news(state.updates);
  if (note && state.note) note.textContent = state.note;
};

const pause = () => {
  const waited = Date.now() - started;
  const least = waited < 18e5 ? 15e3 : waited < 72e5 ? 3e4 : 6e4;
  return random(least, 2 * least);
};
const after = (ms) => {
  clearTimeout(timer);
  if (box.checked && !document.hidden) timer = setTimeout(ask, ms);
};
const ask = async () => {
  try {
    const reply = await fetch(live, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(1e4) });
    const state = await reply.json();
    show(state);
    after(state.nextPollMs ?? pause());
  } catch {
    say(navigator.onLine === false ? texts.offline : texts.unreachable);
    after(15e3 + random(0, Math.min(12e4, 15e3 * 2 ** errors++)));
  }
};
const soon = () => after(random(0, 3e3));
const promised = () => {
  each('.while-live', (element) => { element.hidden = !box.checked; });
};
const toggle = () => {
  stored('candor-live', box.checked ? 'on' : 'off');
  promised();
  clearTimeout(reload);
  if (wasBack && moves) say(texts.manual);
  clearTimeout(timer);
  soon();
};

if (write) history.replaceState(null, '', returnTo);
if (find('#outcome_unknown')) {
  primary.addEventListener('click', (event) => {
    if (history.length < 2 || wasBack) return;
    event.preventDefault();
    history.back();
  });
}
each('time', time);
each('.with-script', (element) => { element.hidden = false; });
box.checked = stored('candor-live') !== 'off';
box.addEventListener('change', toggle);
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : soon()));
addEventListener('online', soon);
addEventListener('offline', () => say(texts.offline));
addEventListener('pageshow', (event) => event.persisted && soon());
promised();
after(pause());
})();
