// "5 more from backup": the place of the rest of a burst, which opens in place.
// What is a burst is decided in feed.js. Used by long_list.jsx.

import { toggleBurst } from "./bursts.js";
import { wasAt } from "./shown.js";
import { countInWords, inWords } from "./words.js";

/** @param {{fold: import("./feed.js").Fold}} props */
export function Burst({ fold }) {
  const { source, ids, isOpen } = fold.burst;
  const many = countInWords(ids.length, "{count} more from {source}", "{count} more from {source}", { source });
  return (
    <li className="burst" data-id={fold.id} data-burst="" onFocus={() => wasAt(fold.id)}>
      <button type="button" className="row-opener burst-opener" aria-expanded={isOpen} onClick={() => toggleBurst(fold.id)}>
        {isOpen ? inWords("Show fewer from {source}", { source }) : many}
      </button>
    </li>
  );
}
