// How the list of notifications is cut into days.
// Pure, no React. Keys are stable: a new arrival must never rebuild the rows below it.
// Called by tidings/ui/feed.py.

import { dayName } from "./ages.js";
import { inWords } from "./words.js";

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

/** @type {Record<string, [isUnread: () => string, isRead: () => string]>} */
const LEVELS = {
  info: [() => inWords("Unread info"), () => inWords("Info")],
  success: [() => inWords("Unread success"), () => inWords("Success")],
  warning: [() => inWords("Unread warning"), () => inWords("Warning")],
  error: [() => inWords("Unread error"), () => inWords("Error")],
};

/**
 * What a screen reader says of a row before its age: "Unread error from backup: Disk full on db-2, ".
 * @param {{level: string, read_at: string | null, source: string | null, title: string}} item
 */
export function rowName({ level, read_at, source, title }) {
  const kind = LEVELS[level]?.[read_at ? 1 : 0]?.() ?? level;
  return source
    ? inWords("{kind} from {source}: {title}, ", { kind, source, title })
    : inWords("{kind}: {title}, ", { kind, title });
}
