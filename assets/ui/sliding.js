// Lets a list make room for what arrives: its parts begin where they stood, and slide to where they belong.
// By transform alone, as layout that jumps is what readers lose their line by. Draws nothing and scrolls nothing.
// Called by long_list.jsx and toast.jsx, before and after a change.

const SLIDE = "tidings-slide";
const SLIDE_MS = 150;

/** Rows move within their day, days within the list. @param {HTMLElement} list */
const parts = (list) =>
  /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > *, :scope > .day > .rows > *")]);

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/** Note where everything in sight stands. @param {HTMLElement} list @returns {Map<Element, number>} */
export function standing(list) {
  const tops = parts(list).map((part) => /** @type {[Element, number]} */ ([part, topOf(part)]));
  return new Map(tops.filter(([, top]) => top < window.innerHeight));
}

/** Move what was pushed back to where it stood, and let it go. @param {Map<Element, number>} before */
export function slide(before) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  // What still slides begins anew from where it is seen.
  for (const part of before.keys()) for (const one of part.getAnimations()) if (one.id === SLIDE) one.cancel();
  const moved = new Map([...before].map(([part, top]) => [part, part.isConnected ? topOf(part) - top : 0]));
  for (const [part, distance] of moved) {
    const day = part.parentElement?.closest(".day"); // goes with the row by itself
    const by = distance - ((day && moved.get(day)) ?? 0);
    if (Math.abs(by) < 1) continue;
    slideFrom(part, -by, isCalm ? 1 : SLIDE_MS);
  }
}

/** It is over once it was painted at rest: taken away in the frame in which it ends, the way there would be a jump.
 * @param {Element} part @param {number} by @param {number} duration */
function slideFrom(part, by, duration) {
  const ways = [by, 0].map((y) => ({ transform: `translateY(${y}px)` }));
  const sliding = part.animate(ways, { id: SLIDE, duration, easing: "ease-out", fill: "forwards" });
  sliding.onfinish = () => requestAnimationFrame(() => requestAnimationFrame(() => sliding.cancel()));
}
