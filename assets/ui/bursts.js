// Which bursts were opened in this page. Kept here and not in the list: scrolling away and back must not close them.
// Used by long_list.jsx and burst.jsx.

/** @type {ReadonlySet<string>} */
let opened = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener */
export function subscribe(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const openedBursts = () => opened;

/** Open or close. @param {string} id */
export function toggleBurst(id) {
  opened = new Set(opened.has(id) ? [...opened].filter((each) => each !== id) : [...opened, id]);
  listeners.forEach((listener) => listener());
}
