// The keyboard: one table from which keys are understood, and from which the help is written.
// Pure: a key comes in as a value, a command goes out as a word. What a command does is in keyboard.jsx.
// Called by keyboard.jsx and help.jsx.

import { inWords } from "./words.js";

/** @typedef {"next" | "previous" | "extendNext" | "extendPrevious" | "open" | "done" | "toggleRead" | "snooze" | "pin"
 *   | "select" | "selectAll" | "search" | "goInbox" | "goUnread" | "goSnoozed" | "goArchived" | "goAll" | "help"
 *   | "back" | "undo" | "openLink"} Command
 * @typedef {{command: Command, keys: string[], says: () => string, isNative?: boolean}} Shortcut
 * @typedef {{name: () => string, shortcuts: Shortcut[]}} Group
 * @typedef {{key: string, code?: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean,
 *   isComposing?: boolean}} Press */

/** "g i" is one key after another, "Mod+z" is Ctrl or ⌘. Native keys are the browser's own: they are only listed.
 * @type {Group[]} */
export const GROUPS = [
  {
    name: () => inWords("Move"),
    shortcuts: [
      { command: "next", keys: ["j"], says: () => inWords("Next notification") },
      { command: "previous", keys: ["k"], says: () => inWords("Previous notification") },
      { command: "open", keys: ["Enter"], says: () => inWords("Open or close"), isNative: true },
      { command: "back", keys: ["Escape"], says: () => inWords("Back: close, or clear the selection") },
      { command: "search", keys: ["/"], says: () => inWords("Search") },
    ],
  },
  {
    name: () => inWords("Act"),
    shortcuts: [
      { command: "done", keys: ["e"], says: () => inWords("Done, or back to the inbox") },
      { command: "toggleRead", keys: ["u"], says: () => inWords("Mark as read or unread") },
      { command: "snooze", keys: ["s"], says: () => inWords("Snooze") },
      { command: "openLink", keys: ["o"], says: () => inWords("Open its link") },
      { command: "pin", keys: ["p"], says: () => inWords("Pin or unpin") },
      { command: "undo", keys: ["z", "Mod+z"], says: () => inWords("Undo") },
    ],
  },
  {
    name: () => inWords("Select"),
    shortcuts: [
      { command: "select", keys: ["x"], says: () => inWords("Select this one") },
      { command: "extendNext", keys: ["Shift+j"], says: () => inWords("Select downwards") },
      { command: "extendPrevious", keys: ["Shift+k"], says: () => inWords("Select upwards") },
      { command: "selectAll", keys: ["Shift+x"], says: () => inWords("Select all shown, or none") },
    ],
  },
  {
    name: () => inWords("Go to"),
    shortcuts: [
      { command: "goInbox", keys: ["g i"], says: () => inWords("Inbox") },
      { command: "goUnread", keys: ["g u"], says: () => inWords("Unread") },
      { command: "goSnoozed", keys: ["g s"], says: () => inWords("Snoozed") },
      { command: "goArchived", keys: ["g a"], says: () => inWords("Archived") },
      { command: "goAll", keys: ["g l"], says: () => inWords("All") },
      { command: "help", keys: ["?"], says: () => inWords("These shortcuts") },
    ],
  },
];

const ALL = GROUPS.flatMap(({ shortcuts }) => shortcuts);

/** @type {Map<string, Command>} */
const COMMANDS = new Map(
  ALL.filter(({ isNative }) => !isNative).flatMap(({ command, keys }) =>
    keys.map((key) => /** @type {[string, Command]} */ ([key, command])),
  ),
);
const FIRST_KEYS = new Set([...COMMANDS.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0]));

/** The letter on the key, also where the keyboard writes others: у is where e is on a Russian one.
 * @param {Press} press */
function letter({ key, code }) {
  if (key.length > 1 || key.charCodeAt(0) < 128) return key.length === 1 ? key.toLowerCase() : key;
  return code?.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}

/** The press as the table writes it; empty when it can be none of it. @param {Press} press */
function written(press) {
  const key = letter(press);
  if (press.isComposing || press.altKey) return "";
  if (press.ctrlKey || press.metaKey) return press.shiftKey ? "" : `Mod+${key}`;
  return press.shiftKey && /^[a-z]$/.test(key) ? `Shift+${key}` : key;
}

/** Understand a key. `before` is the first key of a pair that was pressed a moment ago, or empty.
 * @param {Press} press @param {string} [before] @returns {{command: Command | null, waiting: string}} */
export function understood(press, before = "") {
  const key = written(press);
  const pair = before && COMMANDS.get(`${before} ${key}`);
  if (pair) return { command: pair, waiting: "" };
  if (FIRST_KEYS.has(key)) return { command: null, waiting: key };
  return { command: COMMANDS.get(key) ?? null, waiting: "" };
}

/** Letters and signs, which assistive technology and speech may produce by accident: these can be switched off.
 * @param {Press} press */
export const isSingleKey = (press) => written(press).length === 1 || written(press).startsWith("Shift+");

/** How keys are drawn: "Mod+z" as ["Ctrl", "Z"]. @param {string} keys @param {boolean} isMac */
export const keyCaps = (keys, isMac) =>
  keys.split(/[ +]/).map((key) => {
    if (key === "Mod") return isMac ? "⌘" : "Ctrl";
    return key === "Escape" ? "Esc" : key === "Shift" ? "⇧" : key;
  });
