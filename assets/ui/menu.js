// Which snooze menu is open: there is one in each row and one in the bar, and a key opens them, too.
// One word of state. Used by snooze.jsx and keyboard.jsx.

/** @type {string | null} */
let opened = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener */
export function subscribe(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const openedMenu = () => opened;

/** @param {string | null} name of a menu: "row " and an id, or "selection" */
export function openMenu(name) {
  opened = name;
  listeners.forEach((listener) => listener());
}
