// Which notifications are selected: a list of ids and the one from which a range is drawn.
// Pure functions over a frozen value, and the one value of this page with its listeners. No page in here.
// Called by selection.jsx, row.jsx and keyboard.jsx.

import { makeListeners } from "./listeners.js";

/** @typedef {{ids: readonly string[], anchor: string | null}} Selection */

/** @type {Selection} */
export const NONE = Object.freeze({ ids: Object.freeze([]), anchor: null });

/** Take one in or out. @param {Selection} selection @param {string} id @returns {Selection} */
export function toggled({ ids }, id) {
  const without = ids.filter((each) => each !== id);
  return { ids: without.length < ids.length ? without : [...ids, id], anchor: id };
}

/** Take in all from the anchor to here, in the order of the list. @param {Selection} selection
 * @param {readonly string[]} order @param {string} id @returns {Selection} */
export function extended({ ids, anchor }, order, id) {
  if (!order.includes(id)) return { ids, anchor };
  const start = anchor !== null && order.includes(anchor) ? anchor : id;
  const [from, to] = [order.indexOf(start), order.indexOf(id)];
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: [...new Set([...ids, ...range])], anchor: start };
}

/** Select all that are shown, or when they all are: none. @param {Selection} selection
 * @param {readonly string[]} order @returns {Selection} */
export function allOrNone({ ids }, order) {
  const selected = new Set(ids);
  return order.every((id) => selected.has(id)) ? NONE : { ids: [...order], anchor: order[0] ?? null };
}

/** Forget what is not in the list any more. @param {Selection} selection @param {readonly string[]} order
 * @returns {Selection} */
export function kept(selection, order) {
  const present = new Set(order);
  const ids = selection.ids.filter((id) => present.has(id));
  if (ids.length === selection.ids.length) return selection;
  return ids.length === 0 ? NONE : { ids, anchor: present.has(selection.anchor ?? "") ? selection.anchor : null };
}

let current = NONE;
const { subscribe, tell } = makeListeners();
export { subscribe };

export const selection = () => current;

/** @param {string} id */
export const isSelected = (id) => current.ids.includes(id);

/** @param {Selection} next */
export function select(next) {
  if (next === current) return;
  current = next;
  tell();
}

export const clear = () => select(NONE);
