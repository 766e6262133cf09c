// What this person has chosen, in this page: heard from the connection, shown at once, sent to the server.
// What holds before the first paint is mirrored in the browser: boot.js reads it. No React.
// Called by preferences.jsx, news.jsx and tidings/ui/account.py.

import { createChooser, DEFAULTS } from "./choices.js";
import { isFine, knock } from "./door.jsx";
import { makeListeners } from "./listeners.js";
import { say } from "./toast.jsx";
import { best, inWords, speak } from "./words.js";

/** @import {Choices} from "./choices.js" */

const DOOR = "/api/v1/preferences";
const MIRROR = "tidings.looks";

const { subscribe, tell } = makeListeners();
export { subscribe };

/** @typedef {Partial<Pick<Choices, "language" | "density" | "dismissed"> & {invites: boolean}>} Mirrored */

/** @returns {Mirrored} */
function mirrored() {
  try {
    return JSON.parse(localStorage.getItem(MIRROR) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Kept where the next page finds it before it asks anybody. @param {Mirrored} heard */
export function mirror(heard) {
  try {
    localStorage.setItem(MIRROR, JSON.stringify({ ...mirrored(), ...heard }));
  } catch {
    // a browser that keeps nothing: its pages begin as for a stranger
  }
}

/** @type {Mirrored | undefined} */
let before;

/** What this browser had heard when the page first needed it: which first steps were done with, whether they may invite. */
export const heardBefore = () => (before ??= mirrored());

/** @param {Choices} choices */
function show(choices) {
  const { language, density, dismissed } = choices;
  mirror({ language, density, dismissed });
  if (density === "compact") document.documentElement.dataset.density = "compact";
  else delete document.documentElement.dataset.density;
  void speak(best([language, ...navigator.languages]));
  tell();
}

const chooser = createChooser({
  put: async (choices) => isFine(await knock("PUT", DOOR, choices)),
  show,
  refused: () => say(inWords("This could not be saved. Try again in a moment.")),
});

export const { choose, heard, isKnown } = chooser;
export const choices = chooser.current;

/** Before there is a browser. */
export const defaults = () => DEFAULTS;
