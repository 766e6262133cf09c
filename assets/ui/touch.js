// A long press, as thumbs select: on touch screens there is no key and no hovering.
// No words and no rows. Used by row.jsx.

import { useRef } from "react";
import { selection } from "./selection.js";

const LONG_MS = 500;
const STILL_PX = 10; // a thumb that moves further is scrolling

/** @param {() => void} act */
export function useLongPress(act) {
  const press = useRef({ timer: 0, x: 0, y: 0, isLong: false, isTouch: false });

  const stop = () => window.clearTimeout(press.current.timer);
  const senses = {
    /** @param {React.PointerEvent} event */
    onPointerDown(event) {
      const isTouch = event.pointerType === "touch";
      press.current = { timer: 0, x: event.clientX, y: event.clientY, isLong: false, isTouch };
      if (isTouch) press.current.timer = window.setTimeout(long, LONG_MS);
    },
    /** @param {React.PointerEvent} event */
    onPointerMove({ clientX, clientY }) {
      const { x, y } = press.current;
      if (Math.hypot(clientX - x, clientY - y) > STILL_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    /** The browser's own menu would come up at the same moment. @param {React.MouseEvent} event */
    onContextMenu: (event) => void (press.current.isTouch && event.preventDefault()),
  };
  function long() {
    press.current.isLong = true;
    act();
  }
  return {
    senses,
    /** The click that ends a long press is none. */
    wasLong: () => press.current.isLong,
    /** Once something is selected, a tap selects more. */
    isSelectingByTouch: () => press.current.isTouch && selection().ids.length > 0,
  };
}
