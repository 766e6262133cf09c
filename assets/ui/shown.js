// The list as it is drawn at this moment: the items by id, their order, and the rows in the page.
// No React and no decision. The list publishes itself here; whoever acts on several rows asks.
// Called by selection.jsx, acting.js, row.jsx and keyboard.jsx.

/** @import {Item} from "../live/types.js" */

const ROW = '[data-testid="feed-item"], [data-burst]';

/** @type {readonly Item[]} */
let listed = [];
/** @type {string | null} */
let lastRow = null;

/** @param {readonly Item[]} items in the order of the page */
export const publish = (items) => void (listed = items);

export const order = () => listed.map(({ id }) => id);

/** @param {readonly string[]} ids @returns {Item[]} */
export function itemsOf(ids) {
  const wanted = new Set(ids);
  return listed.filter(({ id }) => wanted.has(id));
}

/** @returns {HTMLElement[]} */
export const rows = () => [...document.querySelectorAll(ROW)].filter((row) => row instanceof HTMLElement);

/** @param {Element | null | undefined} element */
export const rowOf = (element) => rows().find((row) => row === element?.closest(ROW)) ?? null;

export const focusedRow = () => rowOf(document.activeElement);

/** @param {HTMLElement} row */
export const idOf = (row) => row.dataset["id"] ?? "";

/** Remember where the reader is, also while a menu of that row has the focus. @param {string} id */
export const wasAt = (id) => void (lastRow = id);

/** @param {string} id */
export const isWhereReaderIs = (id) => lastRow === id;

/** The id of the row where the reader is, or was last. */
export const readerAt = () => lastRow;

/** @param {HTMLElement | null | undefined} row */
export function focusRow(row) {
  const opener = row?.querySelector(".row-opener");
  if (!row || !(opener instanceof HTMLElement)) return false;
  opener.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** The row the reader is at, or was. */
const here = () => focusedRow() ?? rows().find((row) => idOf(row) === lastRow) ?? null;

/** Give the focus back to the list, after something that took it is gone. */
export const backToList = () => void (document.activeElement === document.body && focusRow(here() ?? rows()[0]));

/** The row some steps away from where the reader is; the first one in sight when they are nowhere yet.
 * @param {1 | -1} direction */
export function neighbour(direction) {
  const all = rows();
  const from = here();
  if (from === null) return all.find((row) => row.getBoundingClientRect().bottom > 0) ?? null;
  if (focusedRow() === null) return from;
  return all[all.indexOf(from) + direction] ?? null;
}

/** Say who gets the focus when these leave: whoever comes next, else whoever was before, else the page's content.
 * To be asked before they leave, and called after. @param {HTMLElement} row */
export function successor(row) {
  const all = rows();
  const place = all.indexOf(row);
  const candidates = [...all.slice(place + 1), ...all.slice(0, Math.max(place, 0)).reverse()];
  return () => {
    const next = candidates.find((candidate) => candidate.isConnected);
    if (!focusRow(next)) document.getElementById("content")?.focus({ preventScroll: true });
  };
}
