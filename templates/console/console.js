// Fills in what has changed. Everything works without it; see docs/console.md.
'use strict';
const connection = document.getElementById('connection');
const LOST_MS = 7000;
let lost = 0;

const source = new EventSource('/console/live');
source.onmessage = ({ data }) => {
  clearTimeout(lost);
  lost = setTimeout(say, LOST_MS, 'lost', '▲ Not live: the gateway does not answer');
  for (const [id, text] of Object.entries(JSON.parse(data))) {
    if (id === 'title') tell(text);
    else fill(document.getElementById(id), text);
  }
  say('on', '● Live');
};
source.onerror = () => say('lost', '▲ Not live: the gateway does not answer');

// Numbers change all the time; who listens to the page is told of another verdict only.
function tell(title) {
  if (document.title === title) return;
  document.title = title;
  document.getElementById('announced').textContent = title;
}

function say(state, text) {
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  connection.textContent = text;
}

// What a reader has focused, opened or scrolled to stays as it was; what is selected to be copied is left alone.
function fill(element, text) {
  if (element === null || isBeingCopied(element)) return;
  const focused = placeIn(element, document.activeElement);
  const scrolled = [...element.querySelectorAll('.scroll')].map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  element.innerHTML = text;
  element.querySelectorAll('.scroll').forEach((box, index) => box.scrollTo(...(scrolled[index] ?? [0, 0])));
  if (focused >= 0) element.querySelectorAll('a, [tabindex]')[focused]?.focus({ preventScroll: true });
}

function placeIn(element, focused) {
  return [...element.querySelectorAll('a, [tabindex]')].indexOf(focused);
}

function isBeingCopied(element) {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}
