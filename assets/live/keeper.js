// Keeps one person's inbox and outbox together: hears what the server says, takes what the person does,
// remembers both on disk. Never a socket and never a phase: it is given `send` and asked for its cursor.
// Owned by connection.js; what it holds is shown by view.js.

import { createCache } from "./cache.js";
import * as inboxes from "./inbox.js";
import { settle } from "./optimism.js";
import { createOutbox } from "./outbox.js";
import { createPages } from "./pages.js";
import { MARKS } from "./protocol.js";

/** @import {Ack, AuthOk, Cursor, HistoryPage, Inbox, Item, Mark, MarkAllMessage, MarkMessage, Notifications,
 *  Operation, Refusal, ServerMessage, User, World} from "./types.js" */

const PATIENCE_MS = 1_000; // a disk that hangs must not hold back what the person did

/** @typedef {object} Needs
 * @property {World} world
 * @property {(message: object) => boolean} send false when there is no connection to send on
 * @property {() => void} changed
 * @property {(item: Item, replay: boolean) => void} announce */

/** @param {Needs} needs */
export function createKeeper({ world, send, changed, announce }) {
  const outbox = createOutbox(world);
  const pages = createPages({ uuid: world.uuid, send });
  const cache = createCache(world, () => ({ user, inbox }));
  /** @type {Inbox} */
  let inbox = inboxes.EMPTY;
  /** @type {User | null} */
  let user = null;
  let error = "";
  let isVeiled = false;
  let replayed = 0;
  let isReady = false; // between auth_ok and the end of the connection
  /** @type {Cursor | null} */
  let resumed = null;

  /** @param {Inbox} next */
  function become(next) {
    inbox = next;
    cache.saveSoon();
    changed();
  }

  /** Start over for somebody: nothing of anybody else may stay. @param {User | null} next */
  function startOver(next) {
    cache.cancel();
    outbox.clear();
    pages.givenUp();
    [user, inbox, isReady, replayed, error, resumed] = [next, inboxes.EMPTY, false, 0, "", null];
    changed();
  }

  /** Bring back what this person left on this disk; the token has just said who it is. @param {string} id */
  async function recall(id) {
    isVeiled = false;
    if (user?.id === id) return changed();
    startOver({ id, name: "" });
    const [row] = await Promise.all([cache.read(id), outbox.gather(id)]);
    // A slow disk may answer after the server has: then it has nothing to say.
    if (user?.id !== id || inbox !== inboxes.EMPTY) return;
    if (row !== undefined) [user, inbox] = [{ id, name: row.name }, inboxes.fromCache(row)];
    changed();
  }

  /** Hear who is welcome; answers false when what follows would continue somebody else's list.
   * @param {AuthOk} message */
  function welcome(message) {
    const isSame = user?.id === message.user.id;
    if (!isSame) startOver(message.user);
    [user, isReady, isVeiled, replayed] = [message.user, true, false, 0];
    outbox.forgetSent();
    become(inboxes.welcomed(inbox, message));
    void outbox.gather(message.user.id).then(flush).then(changed);
    world.setTimer(flush, PATIENCE_MS);
    return isSame || !message.recovered;
  }

  function flush() {
    if (!isReady) return;
    for (const operation of outbox.next()) send(operation.message);
  }

  /** @param {Notifications} message */
  function hearNotifications(message) {
    const { inbox: next, arrived } = inboxes.delivered(inbox, message);
    if (message.replay) replayed += new Set(arrived.map((item) => item.id)).size;
    become(next);
    // What was missed and read elsewhere meanwhile is no news.
    for (const item of arrived) if (!message.replay || item.read_at === null) announce(item, message.replay);
    return arrived.length;
  }

  /** @param {Ack} message */
  function hearAck(message) {
    const operation = outbox.settle(message.ref);
    if (operation !== undefined) become(settle(inbox, operation, message));
    flush();
  }

  /** @param {Refusal} message */
  function hearRefusal(message) {
    if (message.ref !== undefined) pages.givenUp(message.ref);
    const operation = outbox.operations.find(({ id }) => id === message.ref);
    if (operation !== undefined && message.retry_after_s !== undefined)
      return sendLater(operation, message.retry_after_s);
    if (operation !== undefined) outbox.settle(operation.id);
    error = operation === undefined ? message.message : sentence(operation, message.message);
    changed();
    flush();
  }

  /** The server is busy, not unwilling: the operation stays and goes out again.
   * @param {Operation} operation @param {number} seconds */
  function sendLater(operation, seconds) {
    world.setTimer(() => {
      outbox.sendAgain(operation.id);
      flush();
    }, seconds * 1_000);
  }

  /** @param {HistoryPage} message */
  function hearHistory(message) {
    const kind = pages.answered(message);
    if (kind !== null) become(inboxes.paged(inbox, message, kind === "older"));
  }

  /** @param {boolean} isOlder */
  function ask(isOlder) {
    pages.ask(inbox, isOlder);
    changed();
  }

  /** @param {MarkMessage | MarkAllMessage} message */
  function operate(message) {
    if (user === null) return;
    error = "";
    outbox.add(user.id, message, new Date(world.wallNow()).toISOString());
    changed();
    flush();
  }

  return {
    get inbox() {
      return inbox;
    },
    get operations() {
      return outbox.operations;
    },
    get user() {
      return user;
    },
    get error() {
      return error;
    },
    get isVeiled() {
      return isVeiled;
    },
    get replayed() {
      return replayed;
    },
    get isLoadingMore() {
      return pages.isLoadingMore;
    },
    get isLagging() {
      return inboxes.isLagging(inbox);
    },
    recall,
    welcome,
    save: cache.save,

    /** Where a new connection should continue. A cursor that got the last one nowhere is not tried again:
     * recovery that quietly does not recover ends in a snapshot. */
    resumeFrom() {
      const isStuck = resumed !== null && resumed.seq === inbox.cursor?.seq && inboxes.isLagging(inbox);
      resumed = isStuck ? null : inbox.cursor;
      return resumed;
    },

    /** Take any other message; answers how many missed items it brought. @param {ServerMessage} message */
    hear(message) {
      switch (message.type) {
        case "notifications": {
          const count = hearNotifications(message);
          return message.replay ? count : 0;
        }
        case "snapshot":
          become(inboxes.fromSnapshot(message));
          break;
        case "updated": {
          const bringsBack = inboxes.bringsBack(inbox, message);
          become(inboxes.updated(inbox, message));
          if (bringsBack) ask(false);
          break;
        }
        case "history":
          hearHistory(message);
          break;
        case "ack":
          hearAck(message);
          break;
        case "error":
          hearRefusal(message);
          break;
        case "ping":
          inbox = inboxes.pinged(inbox, message.seq);
      }
      return 0;
    },

    /** The connection is gone; what was asked on it will not be answered. */
    lost() {
      isReady = false;
      pages.givenUp();
      changed();
    },

    /** Hide everything private until a token says again who looks. */
    veil() {
      cache.save();
      isVeiled = true;
      changed();
    },

    /** Forget the person: memory now, disk as soon as it can. */
    forget() {
      startOver(null);
      return world.storage.clear();
    },

    /** @param {string} text */
    complain(text) {
      error = text;
      changed();
    },

    /** @param {string | string[]} ids @param {Mark} as @param {string | number | Date} [until] */
    mark(ids, as, until) {
      const items = [ids].flat();
      if (!MARKS.includes(as) || items.length === 0) return;
      const time = until === undefined ? {} : { until: new Date(until).toISOString() };
      operate({ type: "mark", id: world.uuid(), as, items, ...time });
    },

    /** @param {"read" | "archived"} as */
    markAll(as) {
      if (inbox.cursor !== null)
        operate({ type: "mark_all", id: world.uuid(), as, through: inbox.cursor.seq });
    },

    loadMore() {
      if (inbox.hasMore) ask(true);
    },
  };
}

/** @param {Operation} operation @param {string} why */
const sentence = ({ message }, why) =>
  `${message.type === "mark_all" ? "The list" : "This"} could not be marked as ${message.as}: ${why}`;
