// What a finger that goes over a row means: nothing yet, the page's own scrolling, or a swipe, how far, and which way.
// Pure: facts of the finger come in, a value goes out. What is seen and done is in swiping.jsx.
// Called by swiping.jsx.

const DECIDED_PX = 10; // a finger that has moved less has not said which way it goes
const EDGE_PX = 24; // from the screen's edge on, the telephone's own gesture goes back a page
const SURE_PART = 0.3; // of the row
const SURE_PX = 120; // wide rows need no longer ways
const FLICK_PX = 40;
const FLICK_PX_PER_MS = 0.5; // a quick one needs not go as far
const RESTED_MS = 80; // a finger that rests before it is lifted has thought again

/** @typedef {{x: number, y: number, at: number}} Finger `at` in ms
 * @typedef {{width: number, screen: number, isRightToLeft: boolean}} Stage
 * @typedef {Finger & Stage & {phase: "undecided" | "following" | "over", way: number, speed: number,
 *   last: Finger}} Swipe `way` in px, positive where the lines end */
/** @typedef {"done" | "snooze"} Meaning */

/** A finger comes down; null where the edge of the screen is near. @param {Finger} finger @param {Stage} stage
 * @returns {Swipe | null} */
export function begun(finger, stage) {
  if (finger.x < EDGE_PX || finger.x > stage.screen - EDGE_PX) return null;
  return { ...finger, ...stage, phase: "undecided", way: 0, speed: 0, last: finger };
}

/** @param {Swipe} swipe @param {Finger} finger @returns {Swipe} */
export function moved(swipe, finger) {
  if (swipe.phase === "over") return swipe;
  const [right, down] = [finger.x - swipe.x, finger.y - swipe.y];
  if (swipe.phase === "undecided") {
    if (Math.hypot(right, down) < DECIDED_PX) return swipe;
    if (Math.abs(down) >= Math.abs(right)) return { ...swipe, phase: "over" };
  }
  const onward = swipe.isRightToLeft ? -1 : 1;
  const gone = Math.max(0, Math.abs(right) - DECIDED_PX) * Math.sign(right); // the row does not leap to the finger
  const way = Math.max(-swipe.width, Math.min(swipe.width, gone * onward));
  const passed = finger.at - swipe.last.at;
  const speed = passed > 0 ? ((finger.x - swipe.last.x) / passed) * onward : swipe.speed;
  return { ...swipe, phase: "following", way, speed, last: finger };
}

/** Which of the two it is going to be. @param {Swipe} swipe @returns {Meaning | null} */
export function meaning({ phase, way }) {
  if (phase !== "following" || way === 0) return null;
  return way > 0 ? "done" : "snooze";
}

/** Far enough to be meant. @param {Swipe} swipe */
export const isFar = ({ way, width }) => Math.abs(way) >= Math.min(SURE_PX, width * SURE_PART);

/** What is done when the finger is lifted now; null when it is nothing. @param {Swipe} swipe @param {number} at
 * @returns {Meaning | null} */
export function lifted(swipe, at) {
  const { way, speed, last } = swipe;
  const isBack = speed * way < 0 && Math.abs(speed) >= FLICK_PX_PER_MS;
  const isQuick = at - last.at < RESTED_MS && Math.abs(speed) >= FLICK_PX_PER_MS;
  if (isQuick && isBack) return null;
  const isFlick = isQuick && Math.abs(way) >= FLICK_PX;
  return isFar(swipe) || isFlick ? meaning(swipe) : null;
}

/** Where the row is, to the right. @param {Swipe} swipe */
export const shift = ({ way, isRightToLeft }) => (isRightToLeft ? -way : way);
