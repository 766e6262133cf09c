// Selecting in the page: the box of a row, and the bar that says how many and what can be done with them.
// What is selected is kept in selection.js; the bar's words and buttons come from tidings/ui/selection.py.
// Used by tidings/ui/row_pieces.py.

import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { useRow } from "./row.jsx";
import { allOrNone, clear, extended, isSelected, kept, NONE, select, selection, subscribe, toggled } from "./selection.js";
import { backToList, order, publish } from "./shown.js";
import { announce } from "./toast.jsx";
import { countInWords } from "./words.js";

/** @import {Item} from "../live/types.js" */

const useSelection = () => useSyncExternalStore(subscribe, selection, () => NONE);

/** The box that selects a row; there while somebody is at the row, and in all rows while anything is selected.
 * @param {{name: string, className?: string}} props */
export function RowBox({ name, className }) {
  const { item, isAwake } = useRow();
  const isAnything = useSyncExternalStore(subscribe, () => selection().ids.length > 0, () => false);
  const isOne = useSyncExternalStore(subscribe, () => isSelected(item.id), () => false);

  /** @param {React.MouseEvent} event */
  function clicked({ shiftKey }) {
    select(shiftKey ? extended(selection(), order(), item.id) : toggled(selection(), item.id));
  }
  if (!isAwake && !isAnything) return null;
  return (
    <label className={className}>
      <input type="checkbox" aria-label={name} checked={isOne} onChange={() => {}} onClick={clicked} data-testid="select" />
    </label>
  );
}

/** Publishes the list as it is drawn, and shows its children while something of it is selected.
 * @param {{items: readonly Item[], children?: React.ReactNode, className?: string, name: string}} props */
export function SelectionBar({ items, children, className, name }) {
  const { ids } = useSelection();
  useLayoutEffect(() => {
    publish(items);
    select(kept(selection(), order()));
  }, [items]);
  useLayoutEffect(() => clear, []); // another page has another list
  return ids.length === 0 ? null : (
    <Bar className={className} name={name} count={ids.length}>
      {children}
    </Bar>
  );
}

/** @param {{count: number, children?: React.ReactNode, className?: string | undefined, name: string}} props */
function Bar({ count, children, className, name }) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const words = countInWords(count, "{count} selected", "{count} selected");
  useLayoutEffect(() => announce(words), [words]);
  useLayoutEffect(
    () => () => {
      // The button that was pressed goes with the bar.
      if (element.current?.contains(document.activeElement)) setTimeout(backToList);
    },
    [],
  );
  return (
    <div className={className} role="region" aria-label={name} ref={element} data-testid="selection-bar">
      <span className="selection-count tabular">{words}</span>
      {children}
    </div>
  );
}

/** @param {string} id */
export const toggleSelected = (id) => select(toggled(selection(), id));

export const selectAllShown = () => select(allOrNone(selection(), order()));

export { clear as clearSelection };
