// Browser globals that only pages have: where a page can go, and what a tab needs to share a connection.
// No decisions; nothing runs when this file is imported, so pages can be prerendered. No React.
// Called by provider.jsx. Must never be reached from worker.js, which is named here.

import { awaitSignIn, namedServer } from "./abroad.js";
import { lockOf, makeStorage, makeWorld, uuid } from "./browser.js";
import { createConnection } from "./connection.js";
import { createLocks } from "./locks.js";
import { readerOf, recall } from "./memory.js";
import { PLACE } from "./place.js";
import { createPort } from "./port.js";
import { wireOver } from "./wire.js";

/** @import {Page, Tab, Wire} from "./types.js" */

export const SIGN_IN_PATH = "/login";
export const FEED_PATH = "/";

/** @param {string} path */
export const isSignIn = (path) => path.replace(/\/+$/, "").endsWith(SIGN_IN_PATH);

function goToSignIn() {
  if (PLACE.server !== null)
    return awaitSignIn(namedServer(PLACE.server, location.origin), { document, location, ask: (...words) => fetch(...words) });
  if (!isSignIn(location.pathname)) location.assign(SIGN_IN_PATH);
}

/** What a page does for a connection. @returns {Page} */
export const makePage = () => ({
  goToSignIn,
  goHome: () => location.assign(FEED_PATH),
  log: (line) => console.log(line),
  // Reflex has a socket of its own; told that the page leaves, it lets go, and comes back once visible.
  release() {
    if (document.visibilityState !== "hidden") return; // somebody has come to look meanwhile
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  },
});

/** The pattern is Vite's: it builds the worker into one file with a hash in its name.
 * @param {string} name @returns {Wire} */
function openWorker(name) {
  const worker = new SharedWorker(new URL("./worker.js", import.meta.url), { type: "module", name });
  return wireOver(worker.port, worker);
}

/** Without locks nobody sees a tab die; plain http beyond this machine has none. */
const canShare = () => typeof SharedWorker === "function" && navigator.locks !== undefined;

/** @param {string} build what this page was built from @returns {Tab} */
function makeTab(build) {
  const name = uuid();
  const lock = lockOf(name);
  const locks = createLocks(navigator.locks);
  const reader = readerOf(performance.getEntriesByType("navigation")[0]);
  return {
    name,
    lock,
    isHeld: navigator.locks === undefined ? Promise.resolve() : locks.hold(lock),
    build,
    locks,
    page: makePage(),
    openWorker,
    reader,
    recall: () => recall(makeStorage(), reader),
    uuid,
    now: () => performance.now(),
    setTimer: (work, ms) => setTimeout(work, ms),
    clearTimer: (handle) => clearTimeout(handle),
  };
}

/** Make this tab's way to the connection of the browser, or where nothing can be shared its own connection.
 * @param {{http: string, ws: string}} server @param {string} build */
export function openPort(server, build) {
  const tab = makeTab(build);
  const connectAlone = () => createConnection(makeWorld(server, tab.page, tab.name));
  return createPort({ tab, server, connectAlone, canShare: canShare() });
}
