// Does what a person wants done to notifications: at once, with a toast that offers the way back.
// What the steps are is in deeds.js, who keeps them until they are sent in assets/live/errands.js.
// Called by row.py, selection.py and keyboard.jsx.

import { seenNow } from "../live/provider.jsx";
import { uuid } from "../live/browser.js";
import { concerned, everythingRead, sentence, steps, toggled, wayBack } from "./deeds.js";
import { clear, selection } from "./selection.js";
import { backToList, itemsOf } from "./shown.js";
import { untilInWords } from "./snooze.js";
import { announce, dismiss, say } from "./toast.jsx";
import { inWords } from "./words.js";
import { readersZone } from "./zone.js";

/** @import {Item, Mark} from "../live/types.js" */

const REMEMBERED = 20;

/** @typedef {{undo: () => void, toast: number}} Deed */
/** The latest last. @type {Deed[]} */
let deeds = [];

/** @param {import("./deeds.js").Step[]} todo */
function carryOut(todo) {
  const { mark } = seenNow();
  for (const { as, ids, until } of todo) if (ids.length > 0) mark(ids, as, until);
}

/** @param {string} text @param {() => void} undo */
function remember(text, undo) {
  /** @type {Deed} */
  const deed = { undo, toast: 0 };
  deed.toast = say(text, inWords("Undo"), () => takeBack(deed));
  deeds = [...deeds, deed].slice(-REMEMBERED);
}

/** @param {Deed} deed */
function takeBack(deed) {
  deeds = deeds.filter((each) => each !== deed);
  dismiss(deed.toast);
  deed.undo();
  setTimeout(backToList); // the button that was pressed is gone by then
  announce(inWords("Undone."));
}

/** Take back what was done last, and after that what was done before. */
export function undoLast() {
  const last = deeds.at(-1);
  if (last) takeBack(last);
  else announce(inWords("There is nothing to undo."));
}

/** Do it to these; one undo for all of them. @param {Mark} as @param {readonly Item[]} items @param {number} [until] */
export function act(as, items, until) {
  const before = concerned(as, items).filter(({ seq }) => seq > 0); // a preview is nobody's
  if (before.length === 0) return;
  const moment = until === undefined ? undefined : new Date(until).toISOString();
  carryOut(steps(as, before, moment));
  const words = sentence(as, before.length, until === undefined ? "" : untilInWords(until, Date.now(), readersZone()));
  remember(words, () => carryOut(wayBack(as, before)));
}

/** Do it, or the opposite where it is done. @param {Mark} as @param {readonly Item[]} items */
export const toggle = (as, items) => act(toggled(as, items), items);

export const selectedItems = () => itemsOf(selection().ids);

/** Do it to all that are selected, which ends the selection. @param {Mark} as @param {number} [until] */
export function actOnSelected(as, until) {
  const items = selectedItems();
  clear();
  if (until === undefined) toggle(as, items);
  else act(as, items, until);
}

/** The server takes it back by the operation's id: this browser does not know all that it reached. */
export function markAllRead() {
  const { markAll, undo } = seenNow();
  const operation = uuid();
  markAll("read", operation);
  remember(everythingRead(), () => undo(operation, "unread"));
}
