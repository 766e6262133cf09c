// Who listens: pages that redraw when anything changed, and listeners who want single events.
// Knows nothing of what changed, nor how often to say so. Used by audience.js (a connection) and port.js (a tab).

/** @import {LiveEvents} from "./types.js" */

export function createEars() {
  /** @type {Set<() => void>} */
  const subscribers = new Set();
  /** @type {Set<LiveEvents>} */
  const listeners = new Set();

  return {
    get isAnybodyThere() {
      return subscribers.size > 0;
    },

    redraw() {
      for (const subscriber of [...subscribers]) subscriber();
    },

    /** @type {NonNullable<LiveEvents["notification"]>} */
    notification(...news) {
      for (const listener of [...listeners]) listener.notification?.(...news);
    },

    /** @type {NonNullable<LiveEvents["moved"]>} */
    moved(moved) {
      for (const listener of [...listeners]) listener.moved?.(moved);
    },

    /** @type {NonNullable<LiveEvents["connectionChange"]>} */
    connectionChange(...change) {
      for (const listener of [...listeners]) listener.connectionChange?.(...change);
    },

    /** @type {NonNullable<LiveEvents["message"]>} */
    message(...said) {
      for (const listener of [...listeners]) listener.message?.(...said);
    },

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
  };
}
