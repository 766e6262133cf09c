// Short messages at the edge of the window: at most three, each with at most one thing to do.
// Says nothing on its own; whoever did something says so with `say`, and news.jsx what arrived.
// Used by tidings/ui/pieces.py.

import { useEffect, useSyncExternalStore } from "react";
import { inWords } from "./words.js";

const SHOWN_MS = 6000; // long enough to read and to reach Undo
const MOST = 3;

/** @typedef {{id: number, text: string, action?: string, run?: () => void, stays?: boolean}} Toast */

/** @type {Toast[]} */
let toasts = [];
let lastId = 0;
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Toast[]} */
const NONE = [];

/** Keep what stays; of the rest the newest. @param {Toast[]} next */
function show(next) {
  const staying = next.filter(({ stays }) => stays).slice(-MOST);
  const room = MOST - staying.length;
  const passing = room > 0 ? next.filter(({ stays }) => !stays).slice(-room) : [];
  toasts = next.filter((toast) => staying.includes(toast) || passing.includes(toast));
  listeners.forEach((listener) => listener());
}

/** @param {() => void} listener */
function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {number} id */
const dismiss = (id) => show(toasts.filter((toast) => toast.id !== id));

/**
 * Say something short, optionally with one thing to do about it. What `stays` waits to be dismissed.
 * @param {string} text
 * @param {string} [action]
 * @param {() => void} [run]
 * @param {boolean} [stays]
 */
export function say(text, action, run, stays) {
  const id = ++lastId;
  show([...toasts, { id, text, action, run, stays }]);
  if (!stays) setTimeout(() => dismiss(id), SHOWN_MS);
}

/** The place where they appear. It also says the connection's own complaint, when there is one.
 * @param {{complaint: string}} props */
export function Toasts({ complaint }) {
  const shown = useSyncExternalStore(subscribe, () => toasts, () => NONE);
  useEffect(() => {
    if (complaint) say(complaint);
  }, [complaint]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
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
