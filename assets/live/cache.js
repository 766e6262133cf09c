// Keeps the newest items and their cursor on disk, so that the next page can paint before the first frame.
// Items and cursor are written together or not at all: a cursor alone would skip what it does not hold.
// Owned by keeper.js.

/** @import {CacheRow, DropsOfDay, Inbox, User, World} from "./types.js" */

const ITEMS = 100;
const SAVE_MS = 1_000; // a burst of frames is one write

/** @param {World} world @param {() => {user: User | null, inbox: Inbox, today: DropsOfDay}} held */
export function createCache(world, held) {
  /** @type {unknown} */
  let saving = null;

  function cancel() {
    world.clearTimer(saving);
    saving = null;
  }

  function save() {
    cancel();
    const { user, inbox, today } = held();
    if (user === null || inbox.cursor === null) return;
    const { cursor, unread } = inbox;
    const hasMore = inbox.hasMore || inbox.items.length > ITEMS;
    /** @type {CacheRow} */
    const row = {
      user: user.id,
      name: user.name,
      items: inbox.items.slice(0, ITEMS),
      cursor,
      unread,
      hasMore,
      today,
    };
    void world.storage.writeCache(row);
  }

  return {
    save,
    cancel,
    saveSoon() {
      saving ??= world.setTimer(save, SAVE_MS);
    },
    /** @param {string} user */
    read: (user) => world.storage.readCache(user),
  };
}
