// One person's inbox as the browser knows it: a fold over what the server sends.
// Pure: never a socket, a clock or storage; what the person did but the server has not confirmed is laid over
// it in optimism.js. Called by keeper.js; "snapshot + messages ≡ a fresh snapshot" is its promise.

/** @import {AuthOk, CacheRow, Cursor, HistoryPage, Inbox, Item, Notifications, Snapshot, Updated}
 *  from "./types.js" */

import { readableItem } from "./text.js";

export const KEPT = 300; // more than is ever in view, so that an undo finds its item
export const SNAPSHOT_ITEMS = 30; // what the server sends when it cannot replay
const EARLY_FRAMES = 32; // swapped frames come in twos and threes; more is a hole

/** @type {Inbox} */
export const EMPTY = Object.freeze({
  items: [],
  cursor: null,
  unread: 0,
  unreadRevision: 0,
  hasMore: false,
  ahead: -1,
  early: [],
  touched: {},
});

/** Begin from what an earlier page saved: items and cursor belong together.
 * @param {CacheRow} row
 * @returns {Inbox} */
export const fromCache = (row) => ({
  ...EMPTY,
  items: row.items,
  cursor: row.cursor,
  unread: row.unread,
  unreadRevision: row.cursor.revision,
  hasMore: row.hasMore,
  ahead: row.cursor.seq,
});

/** Tell whether the server has named a number this inbox does not hold.
 * @param {Inbox} inbox */
export const isLagging = (inbox) => inbox.ahead > (inbox.cursor?.seq ?? -1);

/** @param {readonly Item[]} items */
const newestFirst = (items) => [...items].sort((a, b) => b.seq - a.seq);

/** Lay items over those held: one entry an id, the higher number wins.
 * @param {readonly Item[]} held
 * @param {readonly Item[]} given
 * @returns {Item[]} */
function merge(held, given) {
  const byId = new Map(held.map((item) => [item.id, item]));
  for (const item of given) {
    const known = byId.get(item.id);
    if (known === undefined || item.seq >= known.seq) byId.set(item.id, readableItem(item));
  }
  return newestFirst([...byId.values()]);
}

/** @param {Inbox} inbox @param {readonly Item[]} items @returns {Inbox} */
const holding = (inbox, items) => ({
  ...inbox,
  items: items.slice(0, KEPT),
  hasMore: inbox.hasMore || items.length > KEPT,
});

/** @param {Inbox} inbox @param {number | undefined} unread @param {number} revision @returns {Inbox} */
function counted(inbox, unread, revision) {
  if (unread === undefined || revision < inbox.unreadRevision) return inbox;
  return { ...inbox, unread, unreadRevision: revision };
}

/** Hear where the server stands; what is missing up to there must follow.
 * @param {Inbox} inbox
 * @param {AuthOk} message
 * @returns {Inbox} */
export function welcomed(inbox, message) {
  const here = {
    ...inbox,
    unread: message.unread,
    unreadRevision: message.revision,
    early: [],
    ahead: message.cursor.seq,
  };
  if (!message.recovered || inbox.cursor === null) return here;
  // A server that stands behind us has lost numbers we hold: only a snapshot can mend that.
  const isBehind = message.cursor.seq < inbox.cursor.seq || message.cursor.epoch !== inbox.cursor.epoch;
  return isBehind ? { ...here, cursor: null } : here;
}

/** @param {Snapshot} message @returns {Inbox} */
export const fromSnapshot = (message) => ({
  ...EMPTY,
  items: newestFirst(message.items),
  cursor: message.cursor,
  unread: message.unread,
  unreadRevision: message.revision,
  hasMore: message.items.length >= SNAPSHOT_ITEMS && Math.min(...message.items.map((item) => item.seq)) > 1,
  ahead: message.cursor.seq,
});

/** Take new deliveries; answers with those that were really new. What continues from a number we do not hold
 * waits a moment for its predecessor.
 * @param {Inbox} inbox
 * @param {Notifications} message
 * @returns {{inbox: Inbox, arrived: Item[]}} */
export function delivered(inbox, message) {
  const cursor = inbox.cursor;
  const follows = cursor !== null && cursor.epoch === message.cursor.epoch && message.after <= cursor.seq;
  if (!follows) return { inbox: setAside(inbox, message), arrived: [] };
  const taken = take(inbox, cursor, message);
  return takeEarly(taken.inbox, taken.arrived);
}

/** @param {Inbox} inbox @param {Notifications} message @returns {Inbox} */
function setAside(inbox, message) {
  if (message.cursor.epoch !== inbox.cursor?.epoch) return { ...inbox, ahead: Infinity };
  const early = [...inbox.early, message].slice(-EARLY_FRAMES);
  return { ...inbox, early, ahead: Math.max(inbox.ahead, message.cursor.seq) };
}

/** @param {Inbox} inbox @param {Cursor} cursor @param {Notifications} message */
function take(inbox, cursor, message) {
  const arrived = message.items.filter((item) => item.seq > cursor.seq);
  const moved = {
    ...inbox,
    cursor: furthest(cursor, message.cursor),
    ahead: Math.max(inbox.ahead, message.cursor.seq),
  };
  const held = arrived.length > 0 ? holding(moved, merge(inbox.items, arrived)) : moved;
  return { inbox: counted(held, message.unread, message.cursor.revision), arrived };
}

/** @param {Inbox} inbox @param {Item[]} arrived @returns {{inbox: Inbox, arrived: Item[]}} */
function takeEarly(inbox, arrived) {
  const seq = inbox.cursor?.seq ?? -1;
  const next = inbox.early.find((message) => message.after <= seq);
  if (next === undefined) return { inbox, arrived };
  const rest = { ...inbox, early: inbox.early.filter((message) => message !== next) };
  const more = delivered(rest, next);
  return { inbox: more.inbox, arrived: [...arrived, ...more.arrived] };
}

/** @param {Cursor} ours @param {Cursor} theirs @returns {Cursor} */
const furthest = (ours, theirs) => ({
  epoch: ours.epoch,
  seq: Math.max(ours.seq, theirs.seq),
  revision: Math.max(ours.revision, theirs.revision),
});

/** Take changes of items held. `touched` remembers at which revision, so that a late, older word loses.
 * @param {Inbox} inbox
 * @param {Updated} message
 * @returns {Inbox} */
export function updated(inbox, message) {
  const held = new Set(inbox.items.map((item) => item.id));
  const newer = message.items.filter(
    ({ id }) => held.has(id) && (inbox.touched[id] ?? -1) <= message.revision,
  );
  const changes = new Map(newer.map((change) => [change.id, change]));
  const items = inbox.items.map((item) =>
    changes.has(item.id) ? { ...item, ...changes.get(item.id) } : item,
  );
  const touched = { ...inbox.touched, ...Object.fromEntries(newer.map(({ id }) => [id, message.revision])) };
  const cursor = inbox.cursor && {
    ...inbox.cursor,
    revision: Math.max(inbox.cursor.revision, message.revision),
  };
  return counted({ ...inbox, items: newestFirst(items), touched, cursor }, message.unread, message.revision);
}

/** Tell whether something came back into the inbox that is not held here: archived long ago, snoozed unseen.
 * @param {Inbox} inbox
 * @param {Updated} message */
export function bringsBack(inbox, message) {
  const held = new Set(inbox.items.map((item) => item.id));
  return message.items.some(
    (change) => !held.has(change.id) && (change.archived_at === null || change.snoozed_until === null),
  );
}

/** Take a page of older items.
 * @param {Inbox} inbox
 * @param {HistoryPage} message
 * @param {boolean} isOlder false when the page was asked for to refresh the top
 * @returns {Inbox} */
export function paged(inbox, message, isOlder) {
  const items = merge(inbox.items, message.items);
  const hasMore = isOlder ? message.next !== null : inbox.hasMore;
  return holding({ ...inbox, hasMore }, items);
}

/** Hear the newest number from the server's ping.
 * @param {Inbox} inbox
 * @param {number | undefined} seq
 * @returns {Inbox} */
export const pinged = (inbox, seq) =>
  typeof seq === "number" && seq > inbox.ahead ? { ...inbox, ahead: seq } : inbox;
