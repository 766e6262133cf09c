// Short messages at the edge of the window: at most three, each with at most one thing to do.
// Says nothing on its own; whoever did something says so with `say`, and news.jsx what arrived.
// Used by tidings/ui/pieces.py.

import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { makeListeners } from "./listeners.js";
import { slide, standing } from "./sliding.js";
import { shownOf } from "./toasts.js";
import { inWords } from "./words.js";

/** @import {Toast} from "./toasts.js" */

const SHOWN_MS = 6000; // long enough to read and to reach Undo

/** @type {readonly Toast[]} */
let toasts = [];
/** What screen readers are told; the turn makes the same words new. */
let spoken = { text: "", isUrgent: false, turn: 0 };
let lastId = 0;
let isHeld = false; // somebody points at them or is in them: nothing disappears under a hand
const { subscribe, tell } = makeListeners();
/** @type {readonly Toast[]} */
const NOTHING = [];
const SILENCE = spoken;

/** @param {readonly Toast[]} next */
function show(next) {
  toasts = next;
  tell();
}

/** @param {number} id */
export function dismiss(id) {
  isHeld = false; // a button that goes tells nobody that the hand has left it
  show(toasts.filter((toast) => toast.id !== id));
}

/** @param {number} id */
const fade = (id) => void (isHeld ? setTimeout(fade, SHOWN_MS, id) : dismiss(id));

/** Tell screen readers only. @param {string} text @param {boolean} [isUrgent] interrupts what is being read */
export function announce(text, isUrgent = false) {
  spoken = { text, isUrgent, turn: spoken.turn + 1 };
  show(toasts);
}

/**
 * Say something short, optionally with one thing to do about it. What `stays` waits to be dismissed. Answers with the
 * name under which it can be dismissed.
 * @param {string} text
 * @param {string} [action]
 * @param {() => void} [run]
 * @param {boolean} [stays]
 */
export function say(text, action, run, stays = false) {
  const id = ++lastId;
  show([...toasts, { id, text, action, run, stays }]);
  announce(text, stays);
  if (!stays) setTimeout(fade, SHOWN_MS, id);
  return id;
}

/** The place where they appear. It also says the connection's own complaint, when there is one.
 * @param {{complaint: string}} props */
export function Toasts({ complaint }) {
  const all = useSyncExternalStore(subscribe, () => toasts, () => NOTHING);
  useEffect(() => {
    if (complaint) say(complaint);
  }, [complaint]);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const stood = place.current && standing(place.current);
  useLayoutEffect(() => void (stood && slide(stood)));
  /** @param {boolean} held */
  const hold = (held) => () => void (isHeld = held);
  return (
    <>
      <section
        className="toasts"
        ref={place}
        aria-label={inWords("Messages")}
        onPointerEnter={hold(true)}
        onPointerLeave={hold(false)}
        onFocus={hold(true)}
        onBlur={hold(false)}
      >
        {shownOf(all).map((toast) => (
          <OneToast key={toast.id} toast={toast} />
        ))}
      </section>
      <Voice />
    </>
  );
}

/** The words for screen readers stand apart from the buttons, else each of them would be read out, too. */
function Voice() {
  const { text, isUrgent, turn } = useSyncExternalStore(subscribe, () => spoken, () => SILENCE);
  const words = <span key={turn}>{text}</span>;
  return (
    <>
      <div className="spoken" aria-live="polite" data-testid="said">
        {isUrgent ? null : words}
      </div>
      <div className="spoken" aria-live="assertive" data-testid="said-urgently">
        {isUrgent ? words : null}
      </div>
    </>
  );
}

/** @param {{toast: Toast}} props */
function OneToast({ toast }) {
  function act() {
    toast.run?.();
    dismiss(toast.id);
  }
  return (
    <div className="toast" data-testid="toast" data-stays={toast.stays ? "" : undefined}>
      <span dir="auto">{toast.text}</span>
      {toast.action ? (
        <button type="button" onClick={act}>
          {toast.action}
        </button>
      ) : null}
      {toast.stays ? (
        <button type="button" aria-label={inWords("Dismiss")} onClick={() => dismiss(toast.id)}>
          ✕
        </button>
      ) : null}
    </div>
  );
}
