// Which snooze menu is open: there is one in each row and one in the bar, and a key opens them, too.
// One word of state. Used by snooze.jsx and keyboard.jsx.

import { makeListeners } from "./listeners.js";

/** @type {string | null} */
let opened = null;
const { subscribe, tell } = makeListeners();
export { subscribe };

export const openedMenu = () => opened;

/** @param {string | null} name of a menu: "row " and an id, or "selection" */
export function openMenu(name) {
  opened = name;
  tell();
}
