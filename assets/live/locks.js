// Web Locks in four verbs. A lock is held for as long as its holder lives, which is how the living see who died.
// No names and no purpose in here; the lock manager is given.
// Made by tab.js and worker.js, replaced by a double in tests.

/** @import {Locks} from "./types.js" */

/** @param {LockManager} manager @returns {Locks} */
export const createLocks = (manager) => ({
  /** Hold until released; `taken` tells that somebody stole it. */
  hold: (name) =>
    new Promise((holding) => {
      /** @type {() => void} */
      let release = () => {};
      const kept = new Promise((resolve) => {
        release = () => resolve(undefined);
      });
      const ended = manager.request(name, () => {
        holding({ release, taken });
        return kept;
      });
      const taken = new Promise((resolve) => void ended.catch(() => resolve(undefined)));
    }),

  /** Wait until nobody holds it. Many may wait, and none is in another's way. */
  freed: (name, signal) =>
    manager.request(name, { mode: "shared", ...(signal && { signal }) }, () => {}).then(() => {}),

  /** Take it from whoever holds it, and let go at once. */
  take: (name) => manager.request(name, { steal: true }, () => {}).then(() => {}),

  held: async () => ((await manager.query()).held ?? []).map(({ name = "" }) => name),
});
