// Who wants to know that something has changed: what `useSyncExternalStore` needs beside a value.
// No value in here: whoever holds one makes its listeners with it.
// Called by the files of this folder that keep something for the page.

/** Make a set of listeners: `subscribe` lets one in and returns how it leaves, `tell` tells all that there is news. */
export function makeListeners() {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: () => listeners.forEach((listener) => listener()),
  };
}
