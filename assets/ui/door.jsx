// A JSON door of the server as something a page shows: fetched when first needed, shared by all parts of the page.
// No words of a page and no layout. Values live in memory only, and are dropped when the page is left: nothing private
// may come back with the browser's back button after a sign-out.
// Used by tidings/ui/door.py; form.jsx calls `knock` and `refreshAll`.

import { useMemo, useSyncExternalStore } from "react";
import { getBackendURL } from "$/utils/state";
import env from "$/env.json";
import { namedServer } from "../live/abroad.js";
import { serverAt } from "../live/browser.js";
import { PLACE } from "../live/place.js";
import { retold } from "./retold.js";
import { inWords } from "./words.js";

const PATIENCE_MS = 15_000;
const SETTLED_MS = 200; // somebody who types should not ask at every letter
const unreachable = () => inWords("The server does not answer. Try again in a moment.");

/** @typedef {{status: number, body: any}} Answer
 * @typedef {{value: any, loading: boolean, loadingMore: boolean, error: string, forbidden: boolean, hasMore: boolean,
 *   query: Record<string, string>}} View
 * @typedef {View & {refresh: () => void, more: () => void, ask: (query: Record<string, string>) => void}} DoorView */

/** @type {View} */
const NOTHING = { value: null, loading: true, loadingMore: false, error: "", forbidden: false, hasMore: false, query: {} };

function server() {
  if (PLACE.server !== null) return namedServer(PLACE.server, location.origin).http;
  const facts = { compiled: env.EVENT, resolved: getBackendURL(env.EVENT), location };
  return serverAt({ ...facts, isDevelopment: /** @type {any} */ (import.meta).env?.DEV === true }).http;
}

/** Ask the server. Answers with status 0 when it could not be reached; a person without a session is taken to sign in.
 * @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>} */
export async function knock(method, path, body, headers = {}) {
  try {
    const answer = await fetch(server() + path, {
      method,
      credentials: "include",
      cache: "no-store",
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 401 && PLACE.server === null) location.assign(PLACE.signIn);
    return { status: answer.status, body: await answer.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  }
}

/** What to tell a person about an answer that is not a good one. @param {Answer} answer */
export const complaint = ({ status, body }) => status === 0 || !body?.detail ? unreachable() : retold(body.detail);

/** @param {{status: number}} answer */
export const isFine = ({ status }) => status >= 200 && status < 300;

/** One door of this page. `items` and `cursor` name the list in its answer and the parameter that continues it.
 * @param {string} path @param {string} items @param {string} cursor */
function makeDoor(path, items, cursor) {
  let view = NOTHING;
  let asked = 0; // the answer to an older question is not shown any more
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  /** @param {Partial<View>} changes */
  function show(changes) {
    view = { ...view, ...changes };
    listeners.forEach((listener) => listener());
  }
  /** @param {Record<string, string>} more */
  const address = (more) => {
    const query = Object.entries({ ...view.query, ...more }).filter(([, value]) => value !== "");
    return query.length ? `${path}?${new URLSearchParams(query)}` : path;
  };
  async function refresh() {
    const question = ++asked;
    const answer = await knock("GET", address({}));
    if (question !== asked || answer.status === 401) return;
    if (!isFine(answer))
      return show({ loading: false, error: complaint(answer), forbidden: answer.status === 403 });
    const hasMore = cursor !== "" && answer.body.next !== null;
    show({ value: answer.body, loading: false, loadingMore: false, error: "", forbidden: false, hasMore });
  }
  async function more() {
    const question = asked;
    show({ loadingMore: true });
    const answer = await knock("GET", address({ [cursor]: String(view.value.next) }));
    if (question !== asked) return;
    if (!isFine(answer)) return show({ loadingMore: false, error: complaint(answer) });
    const together = { ...answer.body, [items]: [...view.value[items], ...answer.body[items]] };
    show({ value: together, loadingMore: false, hasMore: answer.body.next !== null });
  }
  /** @param {Record<string, string>} query */
  function ask(query) {
    show({ query: { ...view.query, ...query } });
    clearTimeout(settling);
    settling = setTimeout(refresh, SETTLED_MS);
  }
  return {
    refresh: () => void refresh(),
    more: () => void more(),
    ask,
    isUsed: () => listeners.size > 0,
    forget() {
      asked += 1;
      show(NOTHING);
    },
    getSnapshot: () => view,
    /** @param {() => void} listener */
    subscribe(listener) {
      if (listeners.size === 0) void refresh();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        asked += 1;
        view = NOTHING;
      };
    },
  };
}

/** @type {Map<string, ReturnType<typeof makeDoor>>} */
const doors = new Map();

/** @param {string} path @param {string} items @param {string} cursor */
function doorTo(path, items, cursor) {
  const door = doors.get(path) ?? makeDoor(path, items, cursor);
  doors.set(path, door);
  return door;
}

/** Fetch one again, if anything shows it. @param {string} path */
export function refresh(path) {
  const door = doors.get(path);
  if (door?.isUsed()) door.refresh();
}

/** Fetch again whatever the page shows: something was changed. */
export function refreshAll() {
  for (const door of doors.values()) if (door.isUsed()) door.refresh();
}

if (typeof window !== "undefined") {
  // The browser may keep a page as it was left, and show it again to whoever presses Back.
  window.addEventListener("pagehide", () => doors.forEach((door) => door.forget()));
  window.addEventListener("pageshow", ({ persisted }) => persisted && refreshAll());
}

/** @param {string} path @param {string} [items] @param {string} [cursor] @returns {DoorView} */
export function useDoor(path, items = "", cursor = "") {
  const door = doorTo(path, items, cursor);
  const view = useSyncExternalStore(door.subscribe, door.getSnapshot, () => NOTHING);
  return useMemo(() => ({ ...view, refresh: door.refresh, more: door.more, ask: door.ask }), [view, door]);
}

const ME = "/api/v1/session";

/** Keeps at hand who is signed in, so that a menu that opens knows at once. Shows nothing. */
export function KnowsMe() {
  useDoor(ME);
  return null;
}

/** Shows its children to admins. It hides what would not work, no more: the server refuses by itself.
 * @param {{children?: import("react").ReactNode}} props */
export function AdminOnly({ children }) {
  const { value } = useDoor(ME);
  return value?.user.admin ? children : null;
}
