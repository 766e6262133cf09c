// How the list of notifications is cut into days.
// Pure, no React. Keys are stable: a new arrival must never rebuild the rows below it.
// Called by tidings/ui/feed.py.

import { dayName } from "./ages.js";

/** @typedef {{created_at: string, updated_at: string, count: number}} Dated */

/**
 * When an item happened, as a person sees it: an item updated in place happened when it was updated.
 * @param {Dated} item
 */
export const happenedAt = (item) => (item.count > 1 ? item.updated_at : item.created_at);

/**
 * Cut a list, newest first, at the midnights of the reader's own time zone.
 * @template {Dated} T
 * @param {T[]} items
 * @param {number} now
 * @returns {{key: string, name: string, items: T[]}[]}
 */
export function byDay(items, now = Date.now()) {
  /** @type {{key: string, name: string, items: T[]}[]} */
  const days = [];
  for (const item of items) {
    const name = dayName(Date.parse(happenedAt(item)), now);
    if (days.at(-1)?.name !== name) {
      const before = days.filter((day) => day.name === name).length;
      days.push({ key: `${name} ${before}`, name, items: [] });
    }
    days.at(-1)?.items.push(item);
  }
  return days;
}
