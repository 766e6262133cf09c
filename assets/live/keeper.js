// Keeps one person's inbox: hears what the server says of it, remembers it on disk, knows whose it is.
// Never a socket and never a phase: it is given `send` and asked for its cursor.
// Owned by connection.js; what it holds is shown by view.js, what the person does is in errands.js.

import { createCache } from "./cache.js";
import { createErrands } from "./errands.js";
import * as inboxes from "./inbox.js";
import { overlay, settle } from "./optimism.js";
import { createPages } from "./pages.js";
import { createQuestions } from "./questions.js";

/** @import {AuthOk, Cursor, DropsOfDay, HistoryPage, Inbox, Item, Moved, Notifications, ServerMessage,
 *  Snapshot, Updated, User, World} from "./types.js" */

/** @type {Moved} */
const STILL = Object.freeze({ arrived: [], changes: [], settled: null, isAnew: false });

/** @typedef {object} Needs
 * @property {World} world
 * @property {(message: object) => boolean} send false when there is no connection to send on
 * @property {(isOwn?: boolean) => void} changed
 * @property {(item: Item, replay: boolean) => void} announce
 * @property {(moved: Moved) => void} moved told to lists of tabs that follow the inbox
 * @property {() => DropsOfDay} today what the line adds to what is kept on disk */

/** @param {Needs} needs */
export function createKeeper({ world, send, changed, announce, moved, today }) {
  const pages = createPages({ uuid: world.uuid, send });
  const questions = createQuestions({ uuid: world.uuid, send });
  const cache = createCache(world, () => ({ user, inbox, today: today() }));
  const errands = createErrands({
    world,
    send,
    changed,
    complain,
    whose: () => user,
    through: () => inbox.cursor?.seq ?? null,
    seen: () => overlay(inbox, errands.operations),
    settled(operation, ack) {
      moved({ ...STILL, settled: operation });
      become(settle(inbox, operation, ack));
    },
  });
  /** @type {Inbox} */
  let inbox = inboxes.EMPTY;
  /** @type {User | null} */
  let user = null;
  let error = "";
  let isVeiled = false;
  let replayed = 0;
  /** @type {Cursor | null} */
  let resumed = null;
  /** What the person has chosen; null until the server has said it. @type {Readonly<Record<string, any>> | null} */
  let preferences = null;

  /** @param {Inbox} next */
  function become(next) {
    inbox = next;
    cache.saveSoon();
    changed();
  }

  /** @param {string} text */
  function complain(text) {
    error = text;
    changed();
  }

  /** Start over for somebody: nothing of anybody else may stay. @param {User | null} next */
  function startOver(next) {
    cache.cancel();
    errands.clear();
    pages.givenUp();
    questions.givenUp();
    [user, inbox, replayed, error, resumed] = [next, inboxes.EMPTY, 0, "", null];
    preferences = null;
    changed();
  }

  /** Bring back what this person left on this disk; the token has just said who it is. @param {string} id */
  async function recall(id) {
    isVeiled = false;
    if (user?.id === id) return void changed();
    startOver({ id, name: "" });
    const [row] = await Promise.all([cache.read(id), errands.gather(id)]);
    // A slow disk may answer after the server has: then it has nothing to say.
    if (user?.id !== id || inbox !== inboxes.EMPTY) return undefined;
    if (row !== undefined) [user, inbox] = [{ id, name: row.name }, inboxes.fromCache(row)];
    changed();
    return row?.today;
  }

  /** Hear who is welcome; answers false when what follows would continue somebody else's list.
   * @param {AuthOk} message */
  function welcome(message) {
    const isSame = user?.id === message.user.id;
    if (!isSame) startOver(message.user);
    [user, isVeiled, replayed] = [message.user, false, 0];
    if (message.preferences !== undefined) preferences = message.preferences ?? {}; // an older server says nothing
    become(inboxes.welcomed(inbox, message));
    errands.opened(message.user.id);
    return isSame || !message.recovered;
  }

  /** @param {Notifications} message */
  function hearNotifications(message) {
    const { inbox: next, arrived } = inboxes.delivered(inbox, message);
    if (message.replay) replayed += new Set(arrived.map((item) => item.id)).size;
    if (arrived.length > 0) moved({ ...STILL, arrived });
    become(next);
    // What was missed and read elsewhere meanwhile is no news.
    for (const item of arrived) if (!message.replay || item.read_at === null) announce(item, message.replay);
    return arrived.length;
  }

  /** @param {Updated} message */
  function hearUpdate(message) {
    const bringsBack = inboxes.bringsBack(inbox, message);
    if (message.items.length > 0) moved({ ...STILL, changes: message.items });
    become(inboxes.updated(inbox, message));
    if (bringsBack) ask(false);
  }

  /** @param {HistoryPage} message */
  function hearHistory(message) {
    if (questions.answered(message)) return;
    const kind = pages.answered(message);
    if (kind !== null) become(inboxes.paged(inbox, message, kind === "older"));
  }

  /** @param {Snapshot} message */
  function hearSnapshot(message) {
    moved({ ...STILL, isAnew: true });
    become(inboxes.fromSnapshot(message));
  }

  /** @param {boolean} isOlder */
  function ask(isOlder) {
    pages.ask(inbox, isOlder);
    changed();
  }

  return {
    get inbox() {
      return inbox;
    },
    get operations() {
      return errands.operations;
    },
    get user() {
      return user;
    },
    get error() {
      return error;
    },
    get preferences() {
      return preferences;
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
    complain,
    save: cache.save,
    mark: errands.mark,
    markAll: errands.markAll,
    undo: errands.undo,

    /** Where a new connection should continue. A cursor that got the last one nowhere is not tried again:
     * recovery that quietly does not recover ends in a snapshot. */
    resumeFrom() {
      const isStuck = resumed !== null && resumed.seq === inbox.cursor?.seq && inboxes.isLagging(inbox);
      resumed = isStuck ? null : inbox.cursor;
      return resumed;
    },

    /** Take any other message; answers how many missed items it brought. @param {ServerMessage} message */
    hear(message) {
      if (message.type === "notifications") {
        const count = hearNotifications(message);
        return message.replay ? count : 0;
      }
      if (message.type === "snapshot") hearSnapshot(message);
      if (message.type === "updated") hearUpdate(message);
      if (message.type === "history") hearHistory(message);
      if (message.type === "ack") errands.acked(message);
      if (message.type === "error") {
        pages.givenUp(message.ref ?? "");
        questions.givenUp(message.ref ?? "");
        errands.refused(message);
      }
      if (message.type === "preferences") preferences = message.preferences ?? {};
      if (message.type === "ping") inbox = inboxes.pinged(inbox, message.seq);
      return 0;
    },

    /** The connection is gone; what was asked on it will not be answered. */
    lost() {
      errands.closed();
      pages.givenUp();
      questions.givenUp();
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

    findPage: questions.ask,
    loadMore: () => void (inbox.hasMore && ask(true)),
  };
}
