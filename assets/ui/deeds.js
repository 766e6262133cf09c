// What a person can do to notifications: whom it changes, the steps it takes, how it is taken back, and its words.
// Pure: nobody is told anything here; acting.js carries the steps out. Times are written by the caller.
// Called by acting.js and keyboard.jsx.

import { countInWords, inWords } from "./words.js";

/** @import {Item, Mark} from "../live/types.js" */

/** @typedef {{as: Mark, ids: string[], until?: string}} Step */

const MOST_IN_ONE = 1000; // what the server takes in one operation

/** Tell whether a mark makes a difference to an item. @type {Record<Mark, (item: Item) => boolean>} */
const DIFFERS = {
  read: (item) => item.read_at === null,
  unread: (item) => item.read_at !== null,
  archived: (item) => item.archived_at === null,
  unarchived: (item) => item.archived_at !== null,
  pinned: (item) => item.pinned_at === null,
  unpinned: (item) => item.pinned_at !== null,
  snoozed: () => true,
  unsnoozed: (item) => item.snoozed_until !== null,
};

/** @type {Record<Mark, Mark>} */
const OPPOSITE = {
  read: "unread",
  unread: "read",
  archived: "unarchived",
  unarchived: "archived",
  pinned: "unpinned",
  unpinned: "pinned",
  snoozed: "unsnoozed",
  unsnoozed: "snoozed",
};

/** The ones that a deed changes at all. @param {Mark} as @param {readonly Item[]} items */
export const concerned = (as, items) => items.filter(DIFFERS[as]);

/** What one key or button means for several: whatever is left to do for any of them, else the opposite.
 * @param {Mark} as @param {readonly Item[]} items @returns {Mark} */
export const toggled = (as, items) => (items.some(DIFFERS[as]) ? as : OPPOSITE[as]);

/** @param {readonly Item[]} items */
const idsOf = (items) => items.map(({ id }) => id);

/** @param {Step} step @returns {Step[]} */
function portions({ ids, ...rest }) {
  const starts = Array.from({ length: Math.ceil(ids.length / MOST_IN_ONE) }, (_, index) => index * MOST_IN_ONE);
  return starts.map((start) => ({ ...rest, ids: ids.slice(start, start + MOST_IN_ONE) }));
}

/** @param {readonly Item[]} items */
const asleep = (items) => items.filter(DIFFERS.unsnoozed);

/** What has to be said to the server, in this order. Who is done with a snoozed one does not want it back.
 * @param {Mark} as @param {readonly Item[]} items @param {string} [until] @returns {Step[]} */
export function steps(as, items, until) {
  const ids = idsOf(concerned(as, items));
  const more = as === "archived" ? idsOf(asleep(concerned(as, items))) : [];
  return [{ as, ids, ...(until ? { until } : {}) }, { as: /** @type {Mark} */ ("unsnoozed"), ids: more }].flatMap(portions);
}

/** What takes it back: each item as it was before. @param {Mark} as @param {readonly Item[]} items @returns {Step[]} */
export function wayBack(as, items) {
  const changed = concerned(as, items);
  if (as === "snoozed" || as === "unsnoozed") return sleepAgain(changed).flatMap(portions);
  const again = as === "archived" ? sleepAgain(asleep(changed)) : [];
  return [...again, { as: OPPOSITE[as], ids: idsOf(changed) }].flatMap(portions);
}

/** @param {readonly Item[]} items @returns {Step[]} */
function sleepAgain(items) {
  const moments = [...new Set(items.map((item) => item.snoozed_until))];
  return moments.map((until) => {
    const ids = idsOf(items.filter((item) => item.snoozed_until === until));
    return until === null ? { as: "unsnoozed", ids } : { as: "snoozed", ids, until };
  });
}

/** What a toast says when it is done. `until` is a moment in words.
 * @param {Mark} as @param {number} count @param {string} [until] @returns {string} */
export function sentence(as, count, until = "") {
  switch (as) {
    case "read":
      return countInWords(count, "Marked as read.", "{count} marked as read.");
    case "unread":
      return countInWords(count, "Marked as unread.", "{count} marked as unread.");
    case "archived":
      return countInWords(count, "Done.", "{count} done.");
    case "unarchived":
      return countInWords(count, "Back in the inbox.", "{count} back in the inbox.");
    case "snoozed":
      return countInWords(count, "Snoozed until {time}.", "{count} snoozed until {time}.", { time: until });
    case "unsnoozed":
      return countInWords(count, "Awake again.", "{count} awake again.");
    case "pinned":
      return countInWords(count, "Pinned.", "{count} pinned.");
    case "unpinned":
      return countInWords(count, "No longer pinned.", "{count} no longer pinned.");
  }
}

export const everythingRead = () => inWords("Everything is marked as read.");
