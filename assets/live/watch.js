// Watches a page: whether it is looked at, whether there is a network, and every sign of waking.
// No decisions; window, document and clock are given, so that a test can hold them.
// Called by provider.jsx; what is reported goes to the machine, through port.js where tabs share a connection.

/** @import {MachineEvent} from "./types.js" */

const LOOK_MS = 5_000;
const SLEPT_MS = 10_000; // a look this much too late: the machine slept, or the tab was frozen

/** Whether somebody sees the page and whether there is a network, as the machine's words for them.
 * @param {{document: Document, navigator: Navigator}} seen
 * @returns {{page: "shown" | "hidden", network: "online" | "offline"}} */
export const weather = ({ document, navigator }) => ({
  page: document.visibilityState === "hidden" ? "hidden" : "shown",
  network: navigator.onLine === false ? "offline" : "online",
});

/** Report every fact of page and network, and every sign of waking; answers with a way to stop.
 * @param {{window: Window, document: Document, navigator: Navigator}} seen
 * @param {(event: MachineEvent) => void} tell
 * @param {() => number} wallNow */
export function watchPage(seen, tell, wallNow = Date.now) {
  const { window, document } = seen;
  const watching = new AbortController();
  let known = weather(seen);
  let looked = wallNow();

  /** @param {"window" | "document"} where @param {string} type @param {(event: any) => void} listener */
  const on = (where, type, listener) =>
    (where === "window" ? window : document).addEventListener(type, listener, { signal: watching.signal });

  function compare() {
    const before = known;
    known = weather(seen);
    if (known.network !== before.network)
      tell({ type: known.network === "online" ? "cameOnline" : "wentOffline" });
    if (known.page !== before.page) tell({ type: known.page === "shown" ? "pageShown" : "pageHid" });
  }

  function woke() {
    compare();
    if (known.page === "shown") tell({ type: "nudged" });
  }

  on("document", "visibilitychange", compare);
  on("document", "resume", woke);
  on("window", "online", compare);
  on("window", "offline", compare);
  on("window", "focus", woke);
  // A `pagehide` that makePage dispatched itself is not trusted, and nobody left.
  on("window", "pagehide", ({ isTrusted }) => {
    if (!isTrusted) return;
    known = { ...known, page: "hidden" };
    tell({ type: "pageLeft" });
  });
  on("window", "pageshow", ({ persisted }) => {
    if (!persisted) return compare();
    known = weather(seen);
    tell({ type: known.network === "online" ? "cameOnline" : "wentOffline" });
    tell({ type: known.page === "shown" ? "pageReturned" : "pageHid" });
  });

  // Timers stop while a machine sleeps and come late in a frozen tab; the wall clock goes on.
  const looking = window.setInterval(() => {
    const lateMs = wallNow() - looked - LOOK_MS;
    looked = wallNow();
    if (lateMs > SLEPT_MS) woke();
  }, LOOK_MS);

  return () => {
    watching.abort();
    window.clearInterval(looking);
  };
}
