// Carries out what keys mean: moves through the list, acts on what is selected or where the reader is, goes to views.
// Which key means what is in shortcuts.js, what is done to notifications in acting.js. Nothing to see here but the help.
// Used by tidings/ui/row_pieces.py.

import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { seenNow } from "../live/provider.jsx";
import { actOnSelected, selectedItems, toggle, undoLast } from "./acting.js";
import { safeAddress } from "./address.js";
import { isHelpShown, showHelp, singleKeysWork, subscribe } from "./keys.js";
import { openMenu } from "./menu.js";
import { clear, extended, select, selection, toggled } from "./selection.js";
import { selectAllShown } from "./selection.jsx";
import { focusedRow, focusRow, idOf, itemsOf, neighbour, order } from "./shown.js";
import { isSingleKey, understood } from "./shortcuts.js";

/** @import {Command} from "./shortcuts.js" */

const PAIR_MS = 1500; // long enough to find the second key
const PLACES = { goInbox: "/", goUnread: "/?view=unread", goSnoozed: "/?view=snoozed", goArchived: "/?view=archived", goAll: "/?view=all" };

/** A key that is held down moves on; it must not clear the whole inbox. @type {Set<Command>} */
const REPEATED = new Set(["next", "previous", "extendNext", "extendPrevious"]);

const Help = lazy(() => import("./help.jsx"));

/** Tell whether keys belong to something else: text that is typed, an open menu or dialog.
 * @param {EventTarget | null} target */
function isElsewhere(target) {
  if (document.querySelector("dialog[open]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('textarea, select, dialog, [role="menu"], [role="dialog"]')) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** Do it to all that are selected, else to the one the reader is at. @param {import("../live/types.js").Mark} as */
function apply(as) {
  const row = focusedRow();
  if (selectedItems().length > 0) actOnSelected(as);
  else if (row) toggle(as, itemsOf([idOf(row)]));
}

/** @param {1 | -1} direction */
function move(direction) {
  focusRow(neighbour(direction));
}

/** Select from here to the neighbour, and go there. @param {1 | -1} direction */
function extend(direction) {
  const from = focusedRow();
  const to = neighbour(direction);
  if (from === null) return move(direction);
  const begun = selection().anchor === null ? { ...selection(), anchor: idOf(from) } : selection();
  select(extended(begun, order(), idOf(to ?? from)));
  move(direction);
}

function selectThis() {
  const row = focusedRow();
  if (row && order().includes(idOf(row))) select(toggled(selection(), idOf(row)));
}

function snooze() {
  const row = focusedRow();
  if (selection().ids.length > 0) openMenu("selection");
  else if (row) openMenu(`row ${idOf(row)}`);
}

function search() {
  const field = document.querySelector('[data-testid="search"], input[type="search"]');
  if (field instanceof HTMLElement) field.focus();
}

/** Follow the link of the one the reader is at, which reads it. */
function openLink() {
  const row = focusedRow();
  const [item] = row ? itemsOf([idOf(row)]) : [];
  const address = item?.url ? safeAddress(item.url, location.origin) : null;
  if (item === undefined || address === null) return;
  if (item.read_at === null) seenNow().mark([item.id], "read");
  if (address.origin === location.origin) location.assign(address);
  else window.open(address, "_blank", "noopener,noreferrer");
}

/** @type {Partial<Record<Command, () => void>>} */
const DO = {
  next: () => move(1),
  previous: () => move(-1),
  extendNext: () => extend(1),
  extendPrevious: () => extend(-1),
  done: () => apply("archived"),
  toggleRead: () => apply("read"),
  pin: () => apply("pinned"),
  snooze,
  select: selectThis,
  selectAll: selectAllShown,
  search,
  openLink,
  undo: undoLast,
  help: () => showHelp(true),
};

/** Listens to the keys, and shows the help. */
export function Keyboard() {
  const navigate = useNavigate();
  const isShown = useSyncExternalStore(subscribe, isHelpShown, () => false);

  useEffect(() => {
    let waiting = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let forgetting;

    function back() {
      if (selection().ids.length > 0) clear();
      else if (location.pathname === "/" && location.search !== "") navigate("/");
    }
    /** @param {Command} command */
    function carryOut(command) {
      if (command === "back") back();
      else if (command in PLACES) navigate(PLACES[/** @type {keyof typeof PLACES} */ (command)]);
      else DO[command]?.();
    }
    /** @param {KeyboardEvent} event */
    function hear(event) {
      if (event.defaultPrevented || isElsewhere(event.target)) return;
      if (isSingleKey(event) && !singleKeysWork()) return;
      const { command, waiting: first } = understood(event, waiting);
      waiting = first;
      clearTimeout(forgetting);
      forgetting = setTimeout(() => (waiting = ""), PAIR_MS);
      if (command === null || (event.repeat && !REPEATED.has(command))) return;
      event.preventDefault(); // "/" would search in the page, and be typed into our field
      carryOut(command);
    }
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [navigate]);

  return isShown ? (
    <Suspense>
      <Help close={() => showHelp(false)} />
    </Suspense>
  ) : null;
}
