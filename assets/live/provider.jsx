// React's thin end: a provider that holds this page's way to the one connection, and the hook that reads it.
// No thought here; nothing may touch the browser before an effect runs, because Reflex renders pages in node.
// Wrapped by tidings/live/provider.py as a root provider; pages use `const websocket = useWebSocket();`.

import { createElement, Fragment, useEffect, useRef, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { getBackendURL } from "$/utils/state";
import env from "$/env.json";
import { namedServer } from "./abroad.js";
import { serverAt } from "./browser.js";
import { PLACE } from "./place.js";
import { isSignIn, openPort } from "./tab.js";
import { NOT_YET } from "./view.js";
import { watchPage, weather } from "./watch.js";

/** @import {LiveEvents} from "./types.js" */
/** @import {Port} from "./port.js" */

const KEY = Symbol.for("tidings.live");
const RELEASE_MS = 1_000; // StrictMode unmounts and mounts again at once; that is not leaving

/** @typedef {object} Live
 * @property {Port} connection
 * @property {number} users
 * @property {unknown} releasing
 * @property {(() => void) | null} unwatch */

function connect() {
  const facts = { compiled: env.EVENT, resolved: getBackendURL(env.EVENT), location };
  const isDevelopment = import.meta.env?.DEV === true;
  const server =
    PLACE.server === null ? serverAt({ ...facts, isDevelopment }) : namedServer(PLACE.server, location.origin);
  return openPort(server, new URL(import.meta.url).pathname);
}

/** The one of this page, even if this file was loaded under two names. @returns {Live} */
function live() {
  /** @type {any} */
  const shared = globalThis;
  shared[KEY] ??= { connection: connect(), users: 0, releasing: null, unwatch: null };
  return shared[KEY];
}

/** Use the connection; the first user starts it. Answers with a way to let go of it again. */
function acquire() {
  const one = live();
  one.users += 1;
  clearTimeout(/** @type {any} */ (one.releasing));
  one.unwatch ??= watchPage({ window, document, navigator }, one.connection.tell);
  one.connection.tell({ type: "started", ...weather({ document, navigator }) });
  return () => {
    one.users -= 1;
    if (one.users === 0) one.releasing = setTimeout(() => release(one), RELEASE_MS);
  };
}

/** @param {Live} one */
function release(one) {
  one.connection.tell({ type: "stopped" });
  one.unwatch?.();
  one.unwatch = null;
}

const isInBrowser = () => typeof window !== "undefined";
const subscribe = (/** @type {() => void} */ listener) => live().connection.subscribe(listener);
const getSnapshot = () => (isInBrowser() ? live().connection.getSnapshot() : NOT_YET);
const getServerSnapshot = () => NOT_YET;

/** Everything a page may know and do: see WebSocketView in types.d.ts. Reads the one connection of the page
 * rather than a React context, of which there would be two if this file were loaded twice. */
export const useWebSocket = () => useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);

/** The same outside of rendering: what holds at this moment. */
export const seenNow = () => getSnapshot();

/** Hear each notification and each change of the connection, outside of rendering.
 * @param {LiveEvents} events @returns {() => void} stops it */
export const listen = (events) => live().connection.listen(events);

/** Mount once, around the whole app.
 * @param {{children?: import("react").ReactNode, onNotification?: LiveEvents["notification"],
 *   onConnectionChange?: LiveEvents["connectionChange"]}} props */
export function WebSocketProvider({ children, onNotification, onConnectionChange }) {
  const isHere = !isSignIn(useLocation().pathname);
  const mayConnect = isHere || PLACE.server !== null;

  // Handlers are new functions at every render; the listener must not be.
  const handlers = useRef({ onNotification, onConnectionChange });
  useEffect(() => {
    handlers.current = { onNotification, onConnectionChange };
  });

  useEffect(
    () =>
      live().connection.listen({
        notification: (item, replay) => handlers.current.onNotification?.(item, replay),
        connectionChange: (...change) => handlers.current.onConnectionChange?.(...change),
      }),
    [],
  );

  // Without a session there is nothing to connect for: the sign-in page only uses `signIn` and `error`.
  useEffect(() => (mayConnect ? acquire() : undefined), [mayConnect]);

  return createElement(Fragment, null, children);
}
