// Who is told when something changed: pages that redraw, and listeners who want single events.
// Knows nothing of what changed; time comes from the world.
// Owned by connection.js.

/** @import {Item, LiveEvents, MachineState, World} from "./types.js" */

const REDRAW_MS = 50; // twenty pictures a second are enough, however fast frames come

/** @param {World} world */
export function createAudience(world) {
  /** @type {Set<() => void>} */
  const subscribers = new Set();
  /** @type {Set<LiveEvents>} */
  const listeners = new Set();
  let isResting = false;
  let isDue = false;

  function rest() {
    isResting = true;
    isDue = false;
    world.setTimer(() => {
      isResting = false;
      if (isDue) changed();
    }, REDRAW_MS);
  }

  /** Tell subscribers: at once, and then no more often than a person can see. */
  function changed() {
    isDue = true;
    if (isResting || subscribers.size === 0) return;
    rest();
    for (const subscriber of [...subscribers]) subscriber();
  }

  return {
    changed,

    /** @param {() => void} subscriber */
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => void subscribers.delete(subscriber);
    },

    /** Hear each new notification and each change of the connection. @param {LiveEvents} listener */
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** @param {Item} item @param {boolean} replay */
    announce(item, replay) {
      for (const listener of [...listeners]) listener.notification?.(item, replay);
    },

    /** @param {MachineState} before @param {MachineState} after */
    connectionChanged(before, after) {
      if (before.phase === after.phase && before.reason === after.reason) return;
      for (const listener of [...listeners]) {
        listener.connectionChange?.(after.phase, after.reason, after.phase === "connected");
      }
    },
  };
}
