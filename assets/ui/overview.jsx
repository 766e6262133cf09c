// Keeps the numbers beside the views true without asking all the time.
// What is asked and shown is in tidings/ui/rail.py; nothing to see here. Used by tidings/ui/rail.py.

import { useEffect, useRef } from "react";
import { listen } from "../live/provider.jsx";
import { refresh } from "./door.jsx";

/** @import {Moved} from "../live/types.js" */

const OVERVIEW = "/api/v1/notifications/overview";
const SOON_MS = 400; // several are put off at once
const SELDOM_MS = 30_000; // whatever arrives may be one that woke: a look now and then is enough

/** @param {Moved} moved */
const isAboutSleep = ({ changes }) => changes.some((change) => "snoozed_until" in change);

/** @param {{snoozed: number}} props how many are put off, as far as is known */
export function FollowsOverview({ snoozed }) {
  const known = useRef(snoozed);
  useEffect(() => {
    known.current = snoozed;
  });
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let asking;
    let isSoon = false;

    /** @param {number} ms */
    function ask(ms) {
      clearTimeout(asking);
      asking = setTimeout(() => {
        [asking, isSoon] = [undefined, false];
        if (navigator.onLine) refresh(OVERVIEW);
      }, ms);
    }
    /** @param {Moved} moved */
    function hear(moved) {
      if (isAboutSleep(moved)) {
        isSoon = true;
        ask(SOON_MS);
      } else if (moved.arrived.length > 0 && known.current > 0 && !isSoon && asking === undefined)
        ask(SELDOM_MS * (0.5 + Math.random())); // not all browsers at once
    }
    const deaf = listen({ moved: hear });
    return () => {
      clearTimeout(asking);
      deaf();
    };
  }, []);
  return null;
}
