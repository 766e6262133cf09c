// What a page sees of the connection: one frozen object, the same one for as long as nothing changed.
// Pure composition of machine, inbox, outbox and quality; decides nothing.
// Called by connection.js for getSnapshot, by provider.jsx for the page before there is a connection.

import { NOTHING_LISTED } from "./listed.js";
import { INITIAL } from "./machine.js";
import { IN_VIEW, isInView, overlay } from "./optimism.js";
import { UNMEASURED } from "./quality.js";

/** @import {Actions, ConnectionView, Inbox, Item, MachineState, Operation, Quality, User, WebSocketView} from "./types.js" */

/** @typedef {object} Kept
 * @property {Inbox} inbox
 * @property {readonly Operation[]} operations
 * @property {User | null} user
 * @property {string} error
 * @property {boolean} isVeiled
 * @property {boolean} isLoadingMore
 * @property {Readonly<Record<string, any>> | null} preferences
 * @property {number} replayed */

/** @typedef {{state: MachineState, kept: Kept, quality: Quality, retryAt: number | null,
 *  connection: string | null, build: import("./types.js").Build | null}} Shown */

/** @param {Record<string, unknown>} a @param {Record<string, unknown>} b */
const isSame = (a, b) => Object.keys(a).every((key) => Object.is(a[key], b[key]));

/** Number of the attempt under way or waited for; 0 when nothing is retried. @param {MachineState} state */
const attemptOf = ({ phase, attempt }) => (phase === "connected" || phase === "disconnected" ? 0 : attempt);

/** @param {Actions} actions */
export function createView(actions) {
  /** @type {ConnectionView | null} */
  let last = null;
  /** @type {{inbox: Inbox, operations: readonly Operation[], items: readonly Item[], unread: number}?} */
  let list = null;

  /** @param {Kept} kept */
  function listed({ inbox, operations }) {
    if (list?.inbox === inbox && list.operations === operations) return list;
    const seen = overlay(inbox, operations);
    const items = seen.items.filter(isInView).slice(0, IN_VIEW);
    const before = list?.items ?? [];
    const isUnchanged =
      items.length === before.length && items.every((item, index) => item === before[index]);
    list = { inbox, operations, items: isUnchanged ? before : items, unread: seen.unread };
    return list;
  }

  /** @param {Shown} shown @returns {ConnectionView} */
  return function show({ state, kept, quality, retryAt, connection, build }) {
    const { items, unread } = kept.isVeiled ? NOTHING : listed(kept);
    const next = {
      connectionState: state.phase,
      reason: state.reason,
      isConnected: state.phase === "connected",
      unread,
      notifications: items,
      operations: kept.isVeiled ? NONE : kept.operations,
      loading: (kept.inbox.cursor === null && kept.inbox.items.length === 0) || kept.isVeiled,
      hasMore: kept.inbox.hasMore && items.length < IN_VIEW && !kept.isVeiled,
      loadingMore: kept.isLoadingMore,
      user: kept.isVeiled ? null : kept.user,
      error: kept.error,
      preferences: kept.preferences,
      attempt: attemptOf(state),
      retryAt,
      replayed: kept.replayed,
      quality,
      connection,
      build,
      tabs: 1, // a worker that shares the connection knows better
      isLookedAt: true,
      ...actions,
    };
    if (last === null || !isSame(next, /** @type {any} */ (last))) last = Object.freeze(next);
    return last;
  };
}

/** @type {readonly Operation[]} */
const NONE = Object.freeze([]);
/** @type {{items: readonly Item[], unread: number}} */
const NOTHING = Object.freeze({ items: Object.freeze([]), unread: 0 });

const ignore = () => {};
const refuse = () => false;
const refuseLater = async () => false;

/** The page before there is a browser to connect from: what the server renders.
 * @type {WebSocketView} */
export const NOT_YET = Object.freeze({
  connectionState: INITIAL.phase,
  reason: INITIAL.reason,
  isConnected: false,
  unread: 0,
  notifications: NOTHING.items,
  operations: NONE,
  ...NOTHING_LISTED,
  loading: true,
  hasMore: false,
  loadingMore: false,
  user: null,
  error: "",
  preferences: null,
  attempt: 0,
  retryAt: null,
  replayed: 0,
  quality: UNMEASURED,
  connection: null,
  build: null,
  tabs: 1,
  isLookedAt: false,
  sendMessage: refuse,
  reconnect: ignore,
  disconnect: ignore,
  mark: ignore,
  markAll: ignore,
  undo: ignore,
  loadMore: ignore,
  findPage: async () => null,
  lookAt: ignore,
  loadListed: ignore,
  signOut: refuseLater,
  sendTest: refuseLater,
  signIn: refuseLater,
});
