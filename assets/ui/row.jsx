// A row that opens: what is open lives here, in the browser, and nowhere else.
// No words, no colours, no commands of its own: those come from tidings/ui/row.py.
// Used by tidings/ui/row.py.

import { createContext, useContext, useEffect, useId, useLayoutEffect, useRef, useState } from "react";

const Opening = createContext({ isOpen: false, toggle: () => {}, panelId: "" });

/** @typedef {React.HTMLAttributes<HTMLElement>} Attributes */

/** One list item. Calls `onRead` when it is opened while unread.
 * @param {Attributes & {read: boolean, onRead?: () => void}} props */
export function Row({ children, read, onRead, ...attributes }) {
  const [isOpen, setOpen] = useState(false);
  const panelId = useId();
  const element = useRef(/** @type {HTMLLIElement | null} */ (null));
  useKeptFocus(element);

  function toggle() {
    if (!isOpen && !read) onRead?.();
    setOpen(!isOpen);
  }
  /** @param {React.KeyboardEvent} event */
  function closeOnEscape(event) {
    if (event.key !== "Escape" || !isOpen) return;
    setOpen(false);
    element.current?.querySelector("button")?.focus();
  }
  return (
    <Opening.Provider value={{ isOpen, toggle, panelId }}>
      <li {...attributes} ref={element} data-open={isOpen} onKeyDown={closeOnEscape}>
        {children}
      </li>
    </Opening.Provider>
  );
}

/** The button that covers the row. @param {Attributes} props */
export function RowOpener({ children, ...attributes }) {
  const { isOpen, toggle, panelId } = useContext(Opening);
  return (
    <button {...attributes} type="button" aria-expanded={isOpen} aria-controls={panelId} onClick={toggle}>
      {children}
    </button>
  );
}

/** What is seen only while the row is open. @param {Attributes} props */
export function RowDetails({ children, ...attributes }) {
  const { isOpen, panelId } = useContext(Opening);
  return (
    <div {...attributes} id={panelId} hidden={!isOpen}>
      {isOpen ? children : null}
    </div>
  );
}

/** When the row that has the focus leaves, give the focus to its neighbour instead of to nobody.
 * @param {React.RefObject<HTMLElement | null>} element */
function useKeptFocus(element) {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
  }, []);
  useLayoutEffect(
    () => () => {
      const row = element.current;
      if (!mounted.current || !row?.contains(document.activeElement)) return;
      const neighbour = row.nextElementSibling ?? row.previousElementSibling;
      queueMicrotask(() => neighbour?.querySelector("button")?.focus());
    },
    [element],
  );
}
