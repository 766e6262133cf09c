// Which bursts were opened in this page. Kept here and not in the list: scrolling away and back must not close them.
// Used by long_list.jsx and burst.jsx.

import { makeListeners } from "./listeners.js";

/** @type {ReadonlySet<string>} */
let opened = new Set();
const { subscribe, tell } = makeListeners();
export { subscribe };

export const openedBursts = () => opened;

/** Open or close. @param {string} id */
export function toggleBurst(id) {
  opened = new Set(opened.has(id) ? [...opened].filter((each) => each !== id) : [...opened, id]);
  tell();
}
