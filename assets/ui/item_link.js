// The address of one notification, to be given to oneself or kept in a ticket: it opens for its owner only.
// Called by tidings/ui/row.py.

import { addressOf } from "./place.js";
import { say } from "./toast.jsx";
import { inWords } from "./words.js";

/** @param {string} id */
export async function copyLink(id) {
  try {
    await navigator.clipboard.writeText(new URL(addressOf({ item: id }), location.origin).href);
    say(inWords("Copied."));
  } catch {
    say(inWords("The browser did not allow copying.")); // no https, or no permission
  }
}
