// What a row says of itself: to a screen reader "Unread error from backup: Disk full on db-2, ", to the eye a first line.
// Pure; the age is added by the row. Called by tidings/ui/row.py.

import { inWords } from "./words.js";

/** @import {Item} from "../live/types.js" */

const URGENT = 5;

/** @type {Record<string, [isUnread: () => string, isRead: () => string]>} */
const LEVELS = {
  info: [() => inWords("Unread info"), () => inWords("Info")],
  success: [() => inWords("Unread success"), () => inWords("Success")],
  warning: [() => inWords("Unread warning"), () => inWords("Warning")],
  error: [() => inWords("Unread error"), () => inWords("Error")],
};

/** @param {Item} item */
function base({ level, read_at, source, title }) {
  const kind = LEVELS[level]?.[read_at ? 1 : 0]?.() ?? level;
  return source
    ? inWords("{kind} from {source}: {title}, ", { kind, source, title })
    : inWords("{kind}: {title}, ", { kind, title });
}

const SIGNS = [
  [/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+/, ""], // what begins a heading, a quote, a list
  [/!?\[([^\]]*)\]\([^)]*\)/g, "$1"],
  [/(\*\*|__|~~|`)/g, ""],
  [/(^|\s)([*_])(\S(?:[^*_]*\S)?)\2(?=\W|$)/g, "$1$3"],
];

/** The first line of the text, as the eye wants it: without the signs that only format it. @param {Item} item */
export function firstLine({ body, format }) {
  const line = body.split("\n").find((each) => each.trim() !== "") ?? "";
  if (format !== "markdown") return line;
  return SIGNS.reduce((text, [sign, instead]) => text.replace(sign ?? "", String(instead)), line);
}

/** What is said before the age. @param {Item} item */
export function rowName(item) {
  const more = [
    item.priority === URGENT ? inWords("urgent, ") : "",
    item.pinned_at ? inWords("pinned, ") : "",
    item.snoozed_until ? inWords("snoozed, ") : "",
    item.pending ? inWords("waiting to be sent, ") : "",
  ];
  return base(item) + more.join("");
}
