// How a row behaves: it opens, wakes when a hand or the focus comes near, is selected, and leaves without losing anybody.
// No words, no colours, no commands of its own: those come from tidings/ui/row.py.
// Used by tidings/ui/row_pieces.py.

import { createContext, useContext, useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { noteOpen, wasOpen } from "./opened.js";
import { extended, isSelected, select, selection, subscribe, toggled } from "./selection.js";
import { isWhereReaderIs, order, successor, wasAt } from "./shown.js";
import { useSwipe } from "./swiping.jsx";
import { useLongPress } from "./touch.js";

/** @import {Item} from "../live/types.js" */

/** What the parts of one row know of each other. `hold` keeps it awake while a menu of it is open. */
const Here = createContext({
  item: /** @type {Item} */ ({}),
  isOpen: false,
  isAwake: false,
  toggle: () => {},
  hold: /** @type {(held: boolean) => void} */ (() => {}),
  panelId: "",
  swipe: { meaning: /** @type {import("./swipe.js").Meaning | null} */ (null), isFar: false },
});

export const useRow = () => useContext(Here);

/** The place of the history at which the list around stands, empty where none is; and the one item that is asked for. */
export const Where = createContext({ place: "", asked: "" });

/** @typedef {React.HTMLAttributes<HTMLElement>} Attributes */

/** One list item. Calls `onRead` when it is opened while unread.
 * @param {Attributes & {item: Item, onRead?: () => void}} props */
export function Row({ children, item, onRead, ...attributes }) {
  const { place, asked } = useContext(Where);
  const [isOpen, setOpen] = useState(() => wasOpen(place, item.id));
  const panelId = useId();
  const element = useRef(/** @type {HTMLLIElement | null} */ (null));
  const { isAwake, hold, senses } = useAttention(item.id);
  const selected = useSyncExternalStore(subscribe, () => isSelected(item.id), () => false);
  const swipe = useSwipe(element, item, isOpen || item.seq < 1);
  useKeptFocus(element, item.id);
  useEffect(() => {
    if (asked !== item.id) return;
    setOpen(true); // whoever follows an address wants to read
    if (item.read_at === null) onRead?.();
  }, [asked, item.id]);
  useEffect(() => noteOpen(place, item.id, isOpen), [place, item.id, isOpen]);

  function toggle() {
    if (!isOpen && item.read_at === null) onRead?.();
    setOpen(!isOpen);
  }
  /** @param {React.KeyboardEvent} event */
  function closeOnEscape(event) {
    const at = event.target instanceof Element ? event.target : null;
    const isMine = at !== null && element.current?.contains(at) && at.closest("dialog") === null;
    if (event.key !== "Escape" || !isOpen || !isMine) return;
    event.preventDefault(); // else it would mean more than this
    setOpen(false);
    element.current?.querySelector("button")?.focus();
  }
  const states = { "data-open": isOpen, "data-selected": selected, "data-swiped": swipe.seen.meaning ?? undefined };
  return (
    <Here.Provider value={{ item, isOpen, isAwake, toggle, hold, panelId, swipe: swipe.seen }}>
      <li {...attributes} {...states} {...senses} {...swipe.senses} ref={element} onKeyDown={closeOnEscape}>
        {children}
      </li>
    </Here.Provider>
  );
}

/** The button that covers the row. With Shift it selects up to here, with Ctrl it selects this one, too.
 * @param {Attributes} props */
export function RowOpener({ children, ...attributes }) {
  const { item, isOpen, toggle, panelId } = useRow();
  const press = useLongPress(() => select(toggled(selection(), item.id)));
  

  /** @param {React.MouseEvent} event */
  function clicked(event) {
    if (press.wasLong()) return;
    if (event.shiftKey) select(extended(selection(), order(), item.id));
    else if (event.ctrlKey || event.metaKey || press.isSelectingByTouch()) select(toggled(selection(), item.id));
    else toggle();
  }
  return (
    <button {...attributes} {...press.senses} type="button" aria-expanded={isOpen} aria-controls={panelId} onClick={clicked}>
      {children}
    </button>
  );
}

/** What is seen only while the row is open. @param {Attributes} props */
export function RowDetails({ children, ...attributes }) {
  const { isOpen, panelId } = useRow();
  return (
    <div {...attributes} id={panelId} hidden={!isOpen}>
      {isOpen ? children : null}
    </div>
  );
}

/** What is there only near a hand or the focus: two hundred rows need not carry a thousand buttons.
 * @param {Attributes} props */
export function RowActions({ children, ...attributes }) {
  return useRow().isAwake ? <div {...attributes}>{children}</div> : null;
}

/** Tell whether somebody is at this row: points at it, is in it, or has a menu of it open. @param {string} id */
function useAttention(id) {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [isHeld, hold] = useState(false);
  const senses = {
    onPointerEnter: (/** @type {React.PointerEvent} */ event) => setPointedAt(event.pointerType !== "touch"),
    onPointerLeave: () => setPointedAt(false),
    onFocus() {
      wasAt(id);
      setFocused(true);
    },
    onBlur: (/** @type {React.FocusEvent} */ event) => setFocused(event.currentTarget.contains(event.relatedTarget)),
  };
  return { isAwake: isPointedAt || isFocused || isHeld, hold, senses };
}

/** Tell whether the focus is nowhere, or in something that goes together with the row.
 * @param {HTMLElement} row */
function isFocusGoing(row) {
  const at = document.activeElement;
  return at === null || at === document.body || row.contains(at) || at.closest('[role="menu"], dialog') !== null;
}

/** When the row where the reader is leaves, they go on to the next one instead of being nowhere.
 * @param {React.RefObject<HTMLElement | null>} element @param {string} id */
function useKeptFocus(element, id) {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
  }, []);
  useLayoutEffect(
    () => () => {
      const row = element.current;
      if (!mounted.current || !row || !isWhereReaderIs(id) || !isFocusGoing(row)) return;
      const goOn = successor(row);
      const look = () => void (isFocusGoing(row) && goOn());
      queueMicrotask(look); // before the next key
      setTimeout(look); // after a menu that closes has tried to give the focus back
    },
    [element, id],
  );
}
