// What a person did, laid over the inbox before the server has confirmed it, and settled into it afterwards.
// Pure: taking an operation away is the whole rollback, because the inbox below was never touched.
// Called by view.js (overlay) and keeper.js (settle).

/** @import {Ack, Inbox, Item, Mark, MarkMessage, Operation, Reach} from "./types.js" */

export const IN_VIEW = 200; // of the live inbox; whoever looks further down has a list of their own

/** @type {Record<Mark, (operation: Operation) => Partial<Item>>} */
const CHANGES = {
  read: (operation) => ({ read_at: operation.at }),
  unread: () => ({ read_at: null }),
  archived: (operation) => ({ archived_at: operation.at }),
  unarchived: () => ({ archived_at: null }),
  pinned: (operation) => ({ pinned_at: operation.at }),
  unpinned: () => ({ pinned_at: null }),
  snoozed: (operation) => ({ snoozed_until: /** @type {MarkMessage} */ (operation.message).until ?? null }),
  unsnoozed: () => ({ snoozed_until: null }),
};

/** @param {Operation} operation @param {Item} item */
function concerns({ message, takesBack }, item) {
  if (message.type === "undo") return takesBack?.ids.includes(item.id) ?? false;
  if (message.type === "mark") return message.items.includes(item.id);
  const already = message.as === "read" ? item.read_at : item.archived_at;
  return item.seq <= message.through && already === null && isInView(item);
}

/** Tell whether an item belongs into the inbox. No clock: what was put off comes back as a new delivery.
 * @param {Item} item */
export const isInView = (item) => item.archived_at === null && item.snoozed_until === null;

/** @param {readonly Item[]} items */
const countUnread = (items) => items.filter((item) => item.read_at === null && isInView(item)).length;

/** @param {Operation} operation @param {Partial<Item>} extra @returns {(item: Item) => Item} */
export const applying = (operation, extra) => (item) =>
  concerns(operation, item) ? { ...item, ...CHANGES[operation.message.as](operation), ...extra } : item;

/** Show the inbox as it will be when everything waiting has been accepted.
 * @param {Inbox} inbox
 * @param {readonly Operation[]} operations
 * @returns {{items: readonly Item[], unread: number}} */
export function overlay(inbox, operations) {
  if (operations.length === 0) return { items: inbox.items, unread: inbox.unread };
  let seen = { items: inbox.items, unread: inbox.unread };
  for (const operation of operations) {
    const items = seen.items.map(applying(operation, { pending: true }));
    seen = { items, unread: unreadAfter(operation, seen, items) };
  }
  return seen;
}

/** @param {Operation} operation @param {{items: readonly Item[], unread: number}} before
 *  @param {readonly Item[]} items */
function unreadAfter({ message, takesBack }, before, items) {
  if (message.type === "undo") return before.unread + (takesBack?.unread ?? 0);
  const left = countUnread(items);
  // "All" reaches also what is not loaded here: only what is newer than its bound stays unread.
  if (message.type === "mark_all") return Math.min(before.unread, left);
  return Math.max(0, before.unread + left - countUnread(before.items));
}

/** Tell what an operation reaches, as far as this browser can know: the way back needs it.
 * @param {Operation} operation
 * @param {{items: readonly Item[], unread: number}} seen before it was made
 * @returns {Reach} */
export function reachOf(operation, seen) {
  const items = seen.items.map(applying(operation, {}));
  const ids = seen.items.filter((item, index) => item !== items[index]).map(({ id }) => id);
  return { ids, unread: seen.unread - unreadAfter(operation, seen, items) };
}

/** Let an accepted operation become part of the inbox, unless the inbox has already followed beyond it.
 * @param {Inbox} inbox
 * @param {Operation} operation
 * @param {Ack} ack
 * @returns {Inbox} */
export function settle(inbox, operation, ack) {
  const apply = applying(operation, {});
  const followed = inbox.cursor?.revision ?? 0;
  const stands = (/** @type {Item} */ item) =>
    concerns(operation, item) && Math.max(followed, inbox.touched[item.id] ?? -1) < ack.revision;
  const settled = inbox.items.filter(stands);
  const touched = { ...inbox.touched, ...Object.fromEntries(settled.map(({ id }) => [id, ack.revision])) };
  const items = inbox.items.map((item) => (settled.includes(item) ? apply(item) : item));
  const isNewer = ack.revision >= inbox.unreadRevision;
  // The cursor keeps its revision: other changes before this one may still be on their way.
  return {
    ...inbox,
    items,
    touched,
    ...(isNewer ? { unread: ack.unread, unreadRevision: ack.revision } : {}),
  };
}
