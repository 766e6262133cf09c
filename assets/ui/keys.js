// Whether single keys are commands at all, which the reader may switch off, and whether the help is shown.
// The wish is kept by this browser. No key is understood here: see shortcuts.js. Used by keyboard.jsx and help.jsx.

import { makeListeners } from "./listeners.js";

const KEY = "tidings.keys";

let isShown = false;
const { subscribe, tell } = makeListeners();
export { subscribe };

export const isHelpShown = () => isShown;

/** @param {boolean} shown */
export function showHelp(shown) {
  isShown = shown;
  tell();
}

/** Speech input and clumsy hands produce letters by accident (WCAG 2.1.4). */
export function singleKeysWork() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

/** @param {boolean} on */
export function letSingleKeysWork(on) {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // then they work
  }
  tell();
}
