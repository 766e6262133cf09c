// Where the reader is in the long list, in pixels: how high each entry is, what stands still, where to come back to.
// Reads the page and scrolls it; draws nothing. Heights and positions outlive the list, for the way back.
// Called by long_list.jsx and arrivals.jsx.

import { tops } from "./windowing.js";

/** @import {Entry} from "./windowing.js" */

const ROW_PX = 64; // what a row is taken for until it was drawn once
const NAME_PX = 44;
const TOP_PX = 40; // nearer to the top than this, one is at the top: what arrives may push
const KEPT_PLACES = 50;

/** @type {Map<string, number>} */
const heights = new Map();
let width = 0;
/** @type {{entries: readonly Entry[] | null, starts: Float64Array}} */
let known = { entries: null, starts: new Float64Array(1) };

/** Where each entry begins, as far as is known. @param {readonly Entry[]} entries */
export function startsOf(entries) {
  const heightOf = (/** @type {Entry} */ { key, item }) => heights.get(key) ?? (item === -1 ? NAME_PX : ROW_PX);
  if (known.entries !== entries) known = { entries, starts: tops(entries, heightOf) };
  return known.starts;
}

export const isAtTop = () => window.scrollY < TOP_PX;

/** The rows and names of days that are drawn, in their order. @param {HTMLElement} list */
const drawn = (list) =>
  /** @type {HTMLElement[]} */ ([...list.querySelectorAll(':scope > .day > .day-name, :scope > .day > .rows > [data-id]')]);

/** @param {HTMLElement} element */
const keyOf = (element) => element.dataset["id"] ?? "";

/** Remember how high everything is that is drawn now. @param {HTMLElement | null} list */
export function measure(list) {
  if (list === null) return;
  if (list.clientWidth !== width) heights.clear();
  width = list.clientWidth;
  for (const element of drawn(list)) {
    const [key, height] = [keyOf(element), heightOf(element)];
    const before = heights.get(key) ?? ROW_PX;
    if (key === "") continue;
    heights.set(key, height);
    if (before !== height) known = { ...known, entries: null };
  }
}

/** Say which place each row has in the whole list. Set here and not drawn: what arrives on top must not draw every row
 * below it anew. @param {HTMLElement | null} list @param {readonly Entry[]} entries @param {number} size -1: unknown */
export function number(list, entries, size) {
  const places = placesOf(entries);
  for (const element of list === null ? [] : drawn(list)) {
    const place = places.get(keyOf(element));
    if (place === undefined) continue;
    element.setAttribute("aria-posinset", String(place));
    element.setAttribute("aria-setsize", String(size));
  }
}

/** Let what has just come slide in. @param {HTMLElement | null} list @param {number} seq the newest before */
export function greet(list, seq) {
  for (const element of list === null ? [] : drawn(list))
    if (Number(element.dataset["seq"]) > seq) element.setAttribute("data-arrived", "");
}

/** @type {{entries: readonly Entry[] | null, places: Map<string, number>}} */
let numbered = { entries: null, places: new Map() };

/** @param {readonly Entry[]} entries */
function placesOf(entries) {
  if (numbered.entries === entries) return numbered.places;
  const rows = entries.filter(({ item }) => item >= 0);
  numbered = { entries, places: new Map(rows.map(({ key }, index) => [key, index + 1])) };
  return numbered.places;
}

/** With the margins that an open row has. @param {HTMLElement} element */
function heightOf(element) {
  const { marginTop, marginBottom } = getComputedStyle(element);
  return element.getBoundingClientRect().height + parseFloat(marginTop) + parseFloat(marginBottom);
}

/** @typedef {{key: string, top: number}[]} Anchor the rows in sight, the first that is wholly so first */

/** Note where the rows in sight are, before the page changes. @param {HTMLElement | null} list @returns {Anchor | null} */
export function anchorOf(list) {
  if (list === null || isAtTop()) return null;
  const below = headerPx();
  const inSight = drawn(list)
    .map((element) => ({ key: keyOf(element), top: element.getBoundingClientRect().top, element }))
    .filter(({ key, top, element }) => key !== "" && top + element.offsetHeight > below && top < window.innerHeight)
    .map(({ key, top }) => ({ key, top }));
  // One that begins above may have been open, and end elsewhere now.
  return [...inSight.filter(({ top }) => top >= below), ...inSight.filter(({ top }) => top < below)];
}

/** Scroll so that the first row that is still there stands where it stood. Answers false when none is.
 * @param {HTMLElement | null} list @param {Anchor | null} anchor */
export function moveBack(list, anchor) {
  if (list === null || anchor === null) return false;
  for (const { key, top } of anchor) {
    const element = list.querySelector(`[data-id="${CSS.escape(key)}"]`);
    if (element === null) continue;
    const moved = element.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= 0.5) window.scrollBy({ top: moved, behavior: "instant" });
    return true;
  }
  return false;
}

const headerPx = () => document.querySelector(".header")?.getBoundingClientRect().bottom ?? 0;

/** Positions by entry of the history and list. @type {Map<string, {y: number, anchor: Anchor | null}>} */
const positions = new Map();
let current = "";

/** Begin at the position where this place was left, and answer with the rows that were in sight there: what was open
 * above them may be closed now. A new place begins at the top by itself. @param {string} place */
export function stayAt(place) {
  current = place;
  const position = positions.get(place);
  if (position !== undefined) window.scrollTo({ top: position.y, behavior: "instant" });
  return position?.anchor ?? null;
}

/** @param {string} place @param {HTMLElement | null} list */
export function remember(place, list) {
  if (place !== current) return;
  positions.delete(place);
  positions.set(place, { y: window.scrollY, anchor: anchorOf(list) });
  for (const old of [...positions.keys()].slice(0, -KEPT_PLACES)) positions.delete(old);
}

/** @type {(id: string) => boolean} */
let revealer = () => false;

/** @param {typeof revealer} how @returns {() => void} */
export function revealBy(how) {
  revealer = how;
  return () => {
    if (revealer === how) revealer = () => false;
  };
}

/** Scroll to where a row is drawn then. Answers false when it is not in the list. @param {string} id */
export const reveal = (id) => revealer(id);

/** Scroll to an entry. @param {HTMLElement | null} list @param {readonly Entry[]} entries @param {string} id */
export function scrollToEntry(list, entries, id) {
  const index = entries.findIndex(({ key }) => key === id);
  if (list === null || index === -1) return false;
  const top = list.getBoundingClientRect().top + window.scrollY + (startsOf(entries)[index] ?? 0);
  window.scrollTo({ top: top - window.innerHeight / 3, behavior: "instant" });
  return true;
}
