// The snooze choices for thumbs: a sheet from below, opened by a swipe. The menu for everybody else is in snooze.jsx.
// What is offered is computed in snooze.js; what is done with it in acting.js.
// Used by tidings/ui/row_pieces.py.

import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { act } from "./acting.js";
import { openedMenu, openMenu, subscribe } from "./menu.js";
import { useRow } from "./row.jsx";
import { backToList } from "./shown.js";
import { choices } from "./snooze.js";
import { Picker } from "./snooze.jsx";
import { inWords } from "./words.js";
import { readersZone } from "./zone.js";

/** @import {Item} from "../live/types.js" */

/** What a row uncovers on its way: the first child when it is going to be done, the second when it is put off.
 * @param {{children?: React.ReactNode}} props */
export function SwipeGround({ children }) {
  const { item, swipe } = useRow();
  const name = `sheet ${item.id}`;
  const isOpen = useSyncExternalStore(subscribe, () => openedMenu() === name, () => false);
  const [done, snooze] = /** @type {React.ReactNode[]} */ (children);
  return (
    <>
      {swipe.meaning === null ? null : (
        <div className="swipe-ground" data-meaning={swipe.meaning} data-sure={swipe.isFar} aria-hidden="true">
          {swipe.meaning === "done" ? done : snooze}
        </div>
      )}
      {isOpen ? <SnoozeSheet item={item} /> : null}
    </>
  );
}

/** @param {{item: Item}} props */
function SnoozeSheet({ item }) {
  const [isPicking, setPicking] = useState(false);
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const titleId = useId();
  useEffect(() => element.current?.showModal(), []);

  const snooze = (/** @type {number} */ until) => act("snoozed", [item], until);
  function closed() {
    openMenu(null);
    setTimeout(backToList);
  }
  /** @param {() => void} what */
  const then = (what) => () => {
    element.current?.close();
    what();
  };
  if (isPicking) return <Picker snooze={snooze} close={closed} />;
  return (
    <dialog
      ref={element}
      className="modal sheet"
      aria-labelledby={titleId}
      onClose={closed}
      onClick={(event) => event.target === element.current && element.current?.close()}
    >
      <div className="modal-inside">
        <h2 id={titleId}>{inWords("Snooze until")}</h2>
        {item.snoozed_until === null ? null : (
          <button type="button" className="sheet-choice" onClick={then(() => act("unsnoozed", [item]))}>
            {inWords("Wake now")}
          </button>
        )}
        {choices(Date.now(), readersZone()).map(({ key, name, at }) => (
          <button key={key} type="button" className="sheet-choice" onClick={then(() => snooze(at))}>
            {name}
          </button>
        ))}
        <button type="button" className="sheet-choice" onClick={() => setPicking(true)}>
          {inWords("Pick…")}
        </button>
        <div className="modal-buttons">
          <button type="button" className="button" onClick={() => element.current?.close()}>
            {inWords("Cancel")}
          </button>
        </div>
      </div>
    </dialog>
  );
}
