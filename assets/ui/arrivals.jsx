// What arrives while the reader is further down: a pill that says how many, and takes them to the top.
// It never moves anything by itself. Used by long_list.jsx.

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { isAtTop } from "./scrolling.js";
import { focusRow, rows } from "./shown.js";
import { countInWords } from "./words.js";

/** @import {Item} from "../live/types.js" */

const TRIES = 30; // frames

/** At once: a flight over ten thousand rows shows nothing, and whatever is drawn on the way would stop it. */
function goUp() {
  window.scrollTo({ top: 0, behavior: "instant" });
  focusFirst(TRIES);
}

/** The first row is drawn a moment later; until then the first in the page may be one that was opened far below.
 * @param {number} tries */
function focusFirst(tries) {
  const [first] = rows();
  if (first?.getAttribute("aria-posinset") === "1") focusRow(first);
  else if (tries > 0) requestAnimationFrame(() => focusFirst(tries - 1));
}

/** @param {{items: readonly Item[], place: string}} props */
export function Arrivals({ items, place }) {
  const newest = items.reduce((seq, item) => Math.max(seq, item.seq), -1);
  const seen = useRef({ place, seq: newest });
  const [isTop, setTop] = useState(true);

  useEffect(() => {
    const hear = () => setTop(isAtTop());
    window.addEventListener("scroll", hear, { passive: true });
    return () => window.removeEventListener("scroll", hear);
  }, []);
  if (seen.current.place !== place || seen.current.seq === -1) seen.current = { place, seq: newest };
  useLayoutEffect(() => {
    if (isAtTop()) seen.current = { place, seq: newest };
  });
  const count = isTop ? 0 : items.filter(({ seq }) => seq > seen.current.seq).length;
  if (count === 0) return null;
  return (
    <div className="arrivals">
      <button type="button" className="button button-solid" onClick={goUp} data-testid="arrivals">
        <span aria-hidden="true">↑ </span>
        {countInWords(count, "{count} new", "{count} new")}
      </button>
    </div>
  );
}
