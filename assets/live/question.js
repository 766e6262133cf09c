// Which items somebody asks for: a view, narrowed by level, category, source and words, or a single one by its id; and
// what belongs to it.
// Pure: the same rules as tidings/notifications/inbox.py, but for words: what a search finds, the server knows.
// Called by listing.js and lists.js; assets/ui/place.js reads it from the address.

/** @import {HistoryAsked, Item, Question} from "./types.js" */

import { VIEWS } from "./protocol.js";

export const LEVELS = /** @type {const} */ (["info", "success", "warning", "error"]);

/** The inbox as it is when nobody asked for anything. @type {Question} */
export const INBOX = Object.freeze({ view: "inbox", level: "", category: "", source: "", search: "", item: "" });

const ID = /^[\w-]{1,100}$/; // the server ends a connection that asks for something else

/** Make a question out of whatever an address or a caller says; what cannot be asked is left out. Who asks for one item
 * asks for it wherever it is, and for nothing else.
 * @param {Partial<Record<keyof Question, unknown>>} said @returns {Question} */
export function questionOf(said) {
  const word = (/** @type {unknown} */ value) => (typeof value === "string" ? value.replaceAll("\0", "").slice(0, 200) : "");
  if (typeof said.item === "string" && ID.test(said.item)) return { ...INBOX, view: "all", item: said.item };
  return {
    view: VIEWS.find((view) => view === said.view) ?? "inbox",
    level: LEVELS.find((level) => level === said.level) ?? "",
    category: word(said.category),
    source: word(said.source),
    search: word(said.search),
    item: "",
  };
}

/** Name a question: the same words for the same list. @param {Question} question */
export const keyOf = ({ view, level, category, source, search, item }) =>
  JSON.stringify([view, level, category, source, search.trim().replace(/\s+/g, " "), item]);

/** @param {Question} question */
export const isSearch = ({ search }) => search.trim() !== "";

/** Tell whether it asks for less than the whole view. @param {Question} question */
export const isNarrowed = (question) =>
  isSearch(question) || [question.level, question.category, question.source, question.item].some((word) => word !== "");

/** Say it as the server wants to hear it. @param {Question} question @returns {HistoryAsked} */
export const asked = ({ view, item, ...narrowed }) => ({
  view,
  ...(item === "" ? {} : { ids: [item] }),
  ...Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value.trim() !== "")),
});

/** @type {Record<Question["view"], (item: Item) => boolean>} */
const IN_VIEW = {
  inbox: (item) => item.archived_at === null && item.snoozed_until === null,
  unread: (item) => item.read_at === null && IN_VIEW.inbox(item),
  archived: (item) => item.archived_at !== null,
  // No clock: what was put off comes back as a new delivery, when the server says so.
  snoozed: (item) => item.snoozed_until !== null && item.archived_at === null,
  all: () => true,
};

/** Tell whether an item belongs, as far as can be seen without knowing its words.
 * @param {Item} item @param {Question} question */
export const belongs = (item, question) =>
  IN_VIEW[question.view](item) &&
  ["", item.id].includes(question.item) &&
  ["", item.level].includes(question.level) &&
  ["", item.category].includes(question.category) &&
  ["", item.source].includes(question.source);

/** Tell whether a change could bring in an item that is not known here.
 * @param {Partial<Item>} change @param {Question["view"]} view */
export function mayBringIn(change, view) {
  const isBack = change.archived_at === null || change.snoozed_until === null;
  if (view === "inbox") return isBack;
  if (view === "unread") return isBack || change.read_at === null;
  if (view === "archived") return typeof change.archived_at === "string";
  return view === "snoozed" && (typeof change.snoozed_until === "string" || change.archived_at === null);
}
