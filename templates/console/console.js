// Fills in what has changed. Everything works without it; see docs/console.md.
'use strict';
const connection = document.getElementById('connection');
const LOST_MS = 7000;
const LOST = '▲ Not live: the gateway does not answer';
const CAN_FOCUS = 'a, button, input, summary, [tabindex]';
const SCROLLS = '.scroll, .timeline';
const waiting = new Map();
let lost = 0;

if (document.querySelector('[id^="live-"]') !== null) watch();

function watch() {
  const source = new EventSource('/console/live');
  source.onmessage = ({ data }) => hear(JSON.parse(data));
  source.onerror = () => say('lost', LOST);
}

function hear(parts) {
  clearTimeout(lost);
  lost = setTimeout(say, LOST_MS, 'lost', LOST);
  for (const [id, text] of Object.entries(parts)) waiting.set(id, text);
  for (const [id, text] of waiting) if (fill(id, text)) waiting.delete(id);
  say('on', '● Live');
}
// Numbers change all the time; who listens to the page is told of another verdict only.
function tell(title) {
  if (document.title !== title) document.getElementById('announced').textContent = title;
  document.title = title;
  return true;
}

function say(state, text) {
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  connection.textContent = text;
}

// What a reader has focused or scrolled to stays as it was. False where it has to wait: what is pressed at
// this moment would not be clicked, and what is selected to be copied would be lost.
function fill(id, text) {
  if (id === 'title') return tell(text);
  const element = document.getElementById(id);
  if (element === null) return true;
  if (element.matches(':active') || isBeingCopied(element) || isBeingFilledIn(element)) return false;
  const opened = [...element.querySelectorAll('details[open]')].map((details) => details.id);
  const focused = placeIn(element, document.activeElement);
  const scrolled = [...element.querySelectorAll(SCROLLS)].map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  element.innerHTML = text;
  for (const open of opened) document.getElementById(open)?.setAttribute('open', '');
  element.querySelectorAll(SCROLLS).forEach((box, index) => box.scrollTo(...(scrolled[index] ?? [0, 0])));
  if (focused >= 0) element.querySelectorAll(CAN_FOCUS)[focused]?.focus({ preventScroll: true });
  return true;
}

function placeIn(element, focused) {
  return [...element.querySelectorAll(CAN_FOCUS)].indexOf(focused);
}

function isBeingFilledIn(element) {
  return [...element.querySelectorAll('input')].some((input) => input.value !== input.defaultValue);
}

function isBeingCopied(element) {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}
