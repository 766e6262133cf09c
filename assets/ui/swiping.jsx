// Swiping over a row on touch screens: the row follows the finger and uncovers what will be done; lifted far enough it is.
// Everything here can also be had without it: open the row, or press it long. What a finger means is in swipe.js.
// Used by row.jsx and tidings/ui/row_pieces.py.

import { useEffect, useRef, useState } from "react";
import { toggle } from "./acting.js";
import { openMenu } from "./menu.js";
import { selection } from "./selection.js";
import { begun, isFar, lifted, meaning, moved, shift } from "./swipe.js";

/** @import {Item} from "../live/types.js" */
/** @import {Meaning, Swipe} from "./swipe.js" */

const MOTION_MS = 150;
const CLICK_MS = 100; // within this the click comes that ends a swipe, if one comes at all
/** @type {{meaning: Meaning | null, isFar: boolean}} */
const RESTING = Object.freeze({ meaning: null, isFar: false });

const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOTION_MS);

/** @param {React.PointerEvent} event */
const fingerOf = ({ clientX, clientY, timeStamp }) => ({ x: clientX, y: clientY, at: timeStamp });

/** @param {HTMLElement} row @param {number} px @param {number} within ms */
function put(row, px, within) {
  const bar = /** @type {HTMLElement | null} */ (row.querySelector(".row-bar"));
  if (bar === null) return;
  bar.style.transition = within > 0 ? `transform ${within}ms ease-out` : "none";
  bar.style.transform = px === 0 ? "" : `translateX(${px}px)`;
}

/** @param {React.RefObject<HTMLElement | null>} element @param {Item} item @param {boolean} isOff */
export function useSwipe(element, item, isOff) {
  const [seen, setSeen] = useState(RESTING);
  const swipe = useRef(/** @type {Swipe | null} */ (null));
  const wasSwipe = useRef(false);
  useEffect(followZoom, []);

  /** @param {Swipe | null} next */
  function follow(next) {
    swipe.current = next;
    if (next === null || element.current === null) return;
    put(element.current, shift(next), 0);
    const now = { meaning: meaning(next), isFar: isFar(next) };
    if (now.meaning !== seen.meaning || now.isFar !== seen.isFar) setSeen(now);
  }
  function back() {
    swipe.current = null;
    if (element.current) put(element.current, 0, motion());
    setTimeout(() => setSeen(RESTING), motion());
  }
  /** The row goes out of sight, and then it is done; where it stays in the list it comes back. */
  function done() {
    const row = element.current;
    const gone = swipe.current;
    swipe.current = null;
    if (row === null || gone === null) return;
    put(row, Math.sign(shift(gone)) * gone.width, motion());
    setTimeout(() => {
      toggle("archived", [item]);
      back();
    }, motion());
  }
  const senses = {
    /** @param {React.PointerEvent} event */
    onPointerDown(event) {
      wasSwipe.current = false;
      if (swipe.current !== null && !event.isPrimary) return back(); // a second finger means something else
      const row = element.current;
      const isOnLine = event.target instanceof Element && event.target.closest(".row-bar") !== null;
      if (row === null || isOff || !isOnLine || event.pointerType !== "touch" || !event.isPrimary) return;
      if (selection().ids.length > 0 || isZoomed()) return;
      const isRightToLeft = getComputedStyle(row).direction === "rtl";
      swipe.current = begun(fingerOf(event), { width: row.clientWidth, screen: window.innerWidth, isRightToLeft });
    },
    /** @param {React.PointerEvent} event */
    onPointerMove(event) {
      if (swipe.current === null || !event.isPrimary) return;
      if (swipe.current.phase === "undecided" && selection().ids.length > 0) return void (swipe.current = null);
      const next = moved(swipe.current, fingerOf(event));
      if (next.phase === "over") return void (swipe.current = null);
      if (next.phase === "undecided") return;
      wasSwipe.current = true;
      follow(next);
    },
    /** @param {React.PointerEvent} event */
    onPointerUp(event) {
      if (swipe.current === null || !event.isPrimary) return;
      setTimeout(() => (wasSwipe.current = false), CLICK_MS); // later ones are meant, and may come without a finger
      const meant = lifted(swipe.current, event.timeStamp);
      if (meant === "done") return done();
      back();
      if (meant === "snooze") openMenu(`sheet ${item.id}`);
    },
    onPointerCancel: () => void (swipe.current !== null && back()),
    /** The click that ends a swipe is none. @param {React.MouseEvent} event */
    onClickCapture(event) {
      if (!wasSwipe.current) return;
      wasSwipe.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  return { seen, senses };
}

const isZoomed = () => (window.visualViewport?.scale ?? 1) > 1.01;

let isFollowingZoom = false;

/** Whoever has magnified the page moves it with one finger, in all directions: then rows leave the finger alone. */
function followZoom() {
  if (isFollowingZoom) return;
  isFollowingZoom = true;
  const note = () => document.documentElement.toggleAttribute("data-zoomed", isZoomed());
  window.visualViewport?.addEventListener("resize", note);
}
