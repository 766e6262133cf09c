// What changed between two pictures of the connection: as little as a tab needs to draw the next one.
// Pure. Items that did not change are named, not sent: on the other side they stay the same objects, and their
// rows are not drawn again. Made by shared.js in the worker, laid on by port.js in each tab.

/** @import {Item, Patch, Seen} from "./types.js" */

/** @param {Seen | null} before @param {Seen} after @returns {Patch} */
export function difference(before, after) {
  const fields = /** @type {(keyof Seen)[]} */ (Object.keys(after)).filter(
    (name) => name !== "notifications" && typeof after[name] !== "function",
  );
  const changed = fields.filter((name) => !Object.is(before?.[name], after[name]));
  return {
    changes: Object.fromEntries(changed.map((name) => [name, after[name]])),
    items: before?.notifications === after.notifications ? null : named(before, after),
  };
}

/** @param {Seen | null} before @param {Seen} after */
function named(before, after) {
  const held = new Set(before?.notifications);
  return after.notifications.map((item) => (held.has(item) ? item.id : item));
}

/** @param {Patch} patch */
export const isEmpty = ({ changes, items }) => items === null && Object.keys(changes).length === 0;

/** @param {Seen} before @param {Patch} patch @returns {Seen} */
export function patched(before, { changes, items }) {
  if (items === null) return { ...before, ...changes };
  const held = new Map(before.notifications.map((item) => [item.id, item]));
  const notifications = items.map((item) => (typeof item === "string" ? held.get(item) : item));
  return { ...before, ...changes, notifications: /** @type {Item[]} */ (notifications) };
}
