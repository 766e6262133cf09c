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

const BURST = 5; // fewer are read faster than they are unfolded
const GAP_MS = 10 * 60_000; // further apart it is no burst, it is a day
const QUIET = 2; // what its sender calls normal or more is never hidden

/** @typedef {Dated & {id: string, source?: string | null, level?: string, priority?: number,
 *   pinned_at?: string | null}} Foldable */
/** What stands in the list for those behind the newest of a burst.
 * @typedef {{id: string, burst: {source: string, ids: string[], isOpen: boolean}}} Fold */

/** @param {object} row @returns {row is Fold} */
export const isFold = (row) => "burst" in row;

/** Tell whether two neighbours belong to one burst: chatter of one source. What is pinned stands by itself, and so does
 * a level: no error hides behind good news. @param {Foldable} newer @param {Foldable} older */
const alike = (newer, older) =>
  [newer, older].every(({ priority, pinned_at }) => Number(priority) <= QUIET && !pinned_at) &&
  Boolean(newer.source) &&
  newer.source === older.source &&
  newer.level === older.level &&
  Date.parse(happenedAt(newer)) - Date.parse(happenedAt(older)) <= GAP_MS;

/** @template {Foldable} T @param {T[]} items @returns {T[][]} */
function runs(items) {
  /** @type {T[][]} */
  const found = [];
  for (const item of items) {
    const run = found.at(-1);
    const last = run?.at(-1);
    if (run && last && alike(last, item)) run.push(item);
    else found.push([item]);
  }
  return found;
}

/** A burst is known by its oldest one: what arrives on top must not close what somebody opened.
 * @template {Foldable} T @param {T[]} run @param {ReadonlySet<string>} opened @returns {(T | Fold)[]} */
function rowsOf(run, opened) {
  const [first, ...items] = run;
  if (first === undefined || run.length <= BURST) return run;
  const id = `burst ${items.at(-1)?.id}`;
  const isOpen = opened.has(id);
  const fold = { id, burst: { source: first.source ?? "", ids: items.map((item) => item.id), isOpen } };
  return [first, fold, ...(isOpen ? items : [])];
}

/**
 * Fold bursts of one source: the newest is seen, the others are behind "5 more from backup" and open in place.
 * @template {Foldable} T
 * @param {{key: string, name: string, items: T[]}[]} days
 * @param {ReadonlySet<string>} [opened] the bursts that were opened
 * @returns {{key: string, name: string, items: (T | Fold)[]}[]}
 */
export const folded = (days, opened = new Set()) =>
  days.map((day) => ({ ...day, items: runs(day.items).flatMap((run) => rowsOf(run, opened)) }));
