// The only file that touches browser globals: makes the world a connection lives in, and watches the page.
// No decisions beyond where things are; nothing runs when this file is imported, so pages can be prerendered.
// Called by provider.jsx; `makeWorld` works in a worker too, `watchPage` and `makePage` need a document.

import { inflateWith } from "./frames.js";
import { forgiving, memoryStorage, openStorage } from "./storage.js";

/** @import {MachineEvent, Page, Socket, SocketEvents, Tabs, World} from "./types.js" */

export const SIGN_IN_PATH = "/login";
export const FEED_PATH = "/";
const CALL_MS = 10_000;
const LOOK_MS = 5_000;
const SLEPT_MS = 10_000; // a look this much too late: the machine slept, or the tab was frozen
const HERE = ["localhost", "127.0.0.1", "0.0.0.0", "[::]", "[::1]"];

/** Where the server is. Reflex compiles an address into the page; if that only says "this machine", the page
 * was served by the very server it belongs to, whatever port that has today.
 * @param {{compiled: string, resolved: URL, location: Location, isDevelopment: boolean}} facts */
export function serverAt({ compiled, resolved, location, isDevelopment }) {
  const isHere = HERE.includes(new URL(compiled).hostname);
  const isSecure =
    isHere && !isDevelopment ? location.protocol === "https:" : /^(wss|https):$/.test(resolved.protocol);
  const host = isHere && !isDevelopment ? location.host : resolved.host;
  return { http: `${isSecure ? "https" : "http"}://${host}`, ws: `${isSecure ? "wss" : "ws"}://${host}/ws` };
}

/** @param {string} path */
export const isSignIn = (path) => path.replace(/\/+$/, "").endsWith(SIGN_IN_PATH);

/** @param {string | null} header seconds, or a date */
function retryAfterMs(header) {
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds)
    ? seconds * 1_000
    : Math.max(0, Date.parse(header) - Date.now()) || undefined;
}

/** @param {string} origin @returns {World["call"]} */
const callAt = (origin) => async (method, path, body) => {
  const answer = await fetch(origin + path, {
    method,
    credentials: "include",
    cache: "no-store",
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  const content = await answer.json().catch(() => null);
  return {
    status: answer.status,
    body: content,
    retryAfterMs: retryAfterMs(answer.headers.get("Retry-After")),
  };
};

/** @param {string} url @returns {World["openSocket"]} */
const socketAt = (url) => (/** @type {SocketEvents} */ events) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data: payload }) => events.frame(payload);
  socket.onclose = ({ code }) => events.closed(code);
  /** @type {Socket} */
  return {
    send: (text) => void (socket.readyState === WebSocket.OPEN && socket.send(text)),
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
};

/** Other tabs: heard over a channel, seen alive by the lock each of them holds.
 * @returns {Tabs} */
function makeTabs() {
  const owner = crypto.randomUUID();
  const lockName = (/** @type {string} */ name) => `tidings:tab:${name}`;
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("tidings");
  const locks = globalThis.navigator?.locks;
  void locks?.request(lockName(owner), () => new Promise(() => {}));
  return {
    owner,
    alive: async () => {
      const held = (await locks?.query())?.held;
      return held ? new Set(held.map(({ name = "" }) => name.replace(lockName(""), ""))) : null;
    },
    alone: (work) => (locks ? locks.request("tidings:outbox", work) : work()),
    tell: (message) => channel?.postMessage(message),
    listen: (listener) => channel?.addEventListener("message", ({ data: message }) => listener(message)),
  };
}

function makeStorage() {
  try {
    return forgiving(openStorage(indexedDB));
  } catch {
    return memoryStorage();
  }
}

/** What a page does for a connection. @returns {Page} */
export const makePage = () => ({
  goToSignIn: () => void (isSignIn(location.pathname) || location.assign(SIGN_IN_PATH)),
  goHome: () => location.assign(FEED_PATH),
  log: (line) => console.log(line),
  // Reflex has a socket of its own; told that the page leaves, it lets go, and comes back once visible.
  release: () => void window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })),
});

/** Make the world from globals that pages and workers both have.
 * @param {{http: string, ws: string}} server
 * @param {Page} page
 * @returns {World} */
export const makeWorld = (server, page) => ({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  setTimer: (work, ms) => setTimeout(work, ms),
  clearTimer: (handle) => clearTimeout(handle),
  call: callAt(server.http),
  openSocket: socketAt(server.ws),
  inflate: typeof DecompressionStream === "undefined" ? null : inflateWith(DecompressionStream),
  storage: makeStorage(),
  tabs: makeTabs(),
  page,
});

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
