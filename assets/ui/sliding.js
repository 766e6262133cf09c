// Lets a list make room for what arrives: its parts begin where they stood, and slide to where they belong.
// By transform alone, as layout that jumps is what readers lose their line by. Draws nothing and scrolls nothing.
// Called by long_list.jsx and toast.jsx, before and after a change.

const SLIDE_MS = 150;

/** @typedef {{by: number, duration: number, began: number | null, isOver: boolean}} Way `began` with its first frame */
/** What slides now. Each frame is written here and not left to an animation: that runs beside the page, which then does
 * not know where things are seen at the moment at which the next one arrives. @type {Map<HTMLElement, Way>} */
const sliding = new Map();
let frame = 0; // the one that is asked for; whatever begins meanwhile goes on in it

/** Rows move within their day, days within the list. @param {HTMLElement} list */
const parts = (list) =>
  /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > *, :scope > .day > .rows > *")]);

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/** Note where everything in sight is seen. @param {HTMLElement} list @returns {Map<HTMLElement, number>} */
export function standing(list) {
  const tops = parts(list).map((part) => /** @type {[HTMLElement, number]} */ ([part, topOf(part)]));
  return new Map(tops.filter(([, top]) => top < window.innerHeight));
}

/** Move what was pushed back to where it was seen, and let it go. @param {Map<HTMLElement, number>} before */
export function slide(before) {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const part of before.keys()) rest(part); // what still slides begins anew from where it is seen
  const moved = new Map([...before].map(([part, top]) => [part, part.isConnected ? topOf(part) - top : 0]));
  for (const [part, distance] of moved) {
    const day = part.parentElement?.closest(".day"); // goes with the row by itself
    const by = distance - ((day instanceof HTMLElement && moved.get(day)) || 0);
    if (Math.abs(by) >= 1) slideFrom(part, -by, isCalm ? 1 : SLIDE_MS);
  }
}

/** @param {HTMLElement} part @param {number} by @param {number} duration */
function slideFrom(part, by, duration) {
  if (frame === 0) frame = requestAnimationFrame(goOn);
  sliding.set(part, { by, duration, began: null, isOver: false });
  part.style.willChange = "transform"; // moved as it is, and not painted anew each frame
  lift(part, by);
}

/** The first frame shows everything where it was before, so that nothing jumps; the last but one shows it at rest: with
 * the transform taken away in the frame in which it ends, the way there would be a jump. @param {number} now */
function goOn(now) {
  for (const [part, way] of sliding) {
    if (way.isOver || !part.isConnected) rest(part);
    else {
      way.began ??= now;
      const left = 1 - Math.min(1, (now - way.began) / way.duration);
      lift(part, way.by * left * left);
      way.isOver = left === 0;
    }
  }
  frame = sliding.size > 0 ? requestAnimationFrame(goOn) : 0;
}

/** @param {HTMLElement} part @param {number} by */
const lift = (part, by) => void (part.style.transform = `translateY(${by}px)`);

/** @param {HTMLElement} part */
function rest(part) {
  if (sliding.delete(part)) part.style.transform = part.style.willChange = "";
}
