// The help for the keyboard: the same table that the keys are understood from, as a page to read.
// Loaded when it is asked for. Used by keyboard.jsx.

import { useEffect, useId, useRef, useSyncExternalStore } from "react";
import { letSingleKeysWork, singleKeysWork, subscribe } from "./keys.js";
import { GROUPS, keyCaps } from "./shortcuts.js";
import { inWords } from "./words.js";

const isMac = () => /Mac|iP(hone|ad)/.test(navigator.platform);

/** @param {{close: () => void}} props */
export default function Help({ close }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const titleId = useId();
  const work = useSyncExternalStore(subscribe, singleKeysWork, () => true);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    element.current?.querySelector("h2")?.focus(); // else the reader would begin at the end, at the first field
    return () => void (before instanceof HTMLElement && before.focus());
  }, []);

  /** The key that opened it closes it, too. @param {React.KeyboardEvent} event */
  function closeOnQuestion(event) {
    if (event.key === "?") element.current?.close();
  }
  return (
    <dialog ref={element} className="modal help" aria-labelledby={titleId} onClose={close} onKeyDown={closeOnQuestion} data-testid="help">
      <div className="modal-inside">
        <h2 id={titleId} tabIndex={-1}>{inWords("Keyboard shortcuts")}</h2>
        <div className="help-groups">
          {GROUPS.map((group) => (
            <HelpGroup key={group.name()} group={group} />
          ))}
        </div>
        <label className="help-switch">
          <input type="checkbox" checked={work} onChange={(event) => letSingleKeysWork(event.target.checked)} />
          {inWords("Single keys are shortcuts")}
        </label>
        <div className="modal-buttons">
          <button type="button" className="button" onClick={() => element.current?.close()}>
            {inWords("Close")}
          </button>
        </div>
      </div>
    </dialog>
  );
}

/** @param {{group: import("./shortcuts.js").Group}} props */
function HelpGroup({ group }) {
  return (
    <section>
      <h3>{group.name()}</h3>
      <dl>
        {group.shortcuts.map(({ command, keys, says }) => (
          <div key={command}>
            <dt>{says()}</dt>
            <dd>
              {keys.map((each, index) => (
                <Keys key={each} keys={each} isFirst={index === 0} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** @param {{keys: string, isFirst: boolean}} props */
function Keys({ keys, isFirst }) {
  return (
    <>
      {isFirst ? null : <span className="help-or">{inWords("or")}</span>}
      {keyCaps(keys, isMac()).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </>
  );
}
