// The way back to a place: what was in sight there stands where it stood, and goes on standing there while the page is
// still being drawn (the router has its own idea, text comes later), until the reader moves by themselves.
// Scrolls; draws nothing. Called by long_list.jsx.

import { isAtTop, moveBack } from "./scrolling.js";

/** @import {Anchor} from "./scrolling.js" */

const HELD_MS = 2_000; // whatever is drawn later than that is no part of coming back
const OWN_MOVES = ["wheel", "touchmove", "pointerdown", "keydown"];

/** @type {{anchor: Anchor, over: AbortController} | null} */
let held = null;

/** Let the reader go where they like. */
export function moveOn() {
  held?.over.abort();
  held = null;
}

/** Hold these rows where they stood. @param {Anchor | null} anchor */
export function comeBack(anchor) {
  moveOn();
  if (anchor === null) return;
  const over = new AbortController();
  held = { anchor, over };
  for (const move of OWN_MOVES) window.addEventListener(move, moveOn, { signal: over.signal, capture: true, passive: true });
  const timer = setTimeout(moveOn, HELD_MS);
  over.signal.addEventListener("abort", () => clearTimeout(timer));
}

/** Put them there again. Answers false when nobody is coming back. @param {HTMLElement | null} list */
export function hold(list) {
  if (held !== null) moveBack(list, held.anchor);
  return held !== null;
}

let begin = 0;

/** Note where the list begins. @param {HTMLElement | null} list */
export const noteBegin = (list) => void (begin = list === null ? 0 : list.getBoundingClientRect().top + window.scrollY);

/** What has come or gone above the list takes the page along. @param {HTMLElement | null} list */
export function follow(list) {
  const before = begin;
  noteBegin(list);
  if (list !== null && begin !== before && !isAtTop()) window.scrollBy({ top: begin - before, behavior: "instant" });
}
