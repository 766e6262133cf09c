// Who is there: the tabs of one browser, which of them are looked at, and what the connection is told of it.
// Pure. A tab tells how it is; together they are shown while one is, hidden when none is, gone when none is left.
// Stepped by shared.js; the events that come out are those a single page would have told by itself.

/** @import {MachineEvent, Presence, TabState, TabReport} from "./types.js" */

// A shown tab says every few seconds that it is there; one that does not is frozen, whatever it said last.
export const UNHEARD_MS = 20_000;

/** @type {Presence} */
export const NOBODY = Object.freeze({ tabs: new Map(), network: "online", looks: 0 });

/** @param {Presence} presence */
function outlook({ tabs, network }) {
  const started = [...tabs.values()].filter(({ isStarted }) => isStarted);
  const isShown = started.some(({ page, isFrozen }) => page === "shown" && !isFrozen);
  const page = /** @type {"shown" | "hidden"} */ (isShown ? "shown" : "hidden");
  return { isStarted: started.length > 0, page, network };
}

/** What a page that is all tabs together would say, having been so and being so now.
 * @param {Presence} before @param {Presence} after @returns {MachineEvent[]} */
function events(before, after) {
  const [was, is] = [outlook(before), outlook(after)];
  if (!is.isStarted) return was.isStarted ? [{ type: "stopped" }] : [];
  if (!was.isStarted) return [{ type: "started", fresh: true, page: is.page, network: is.network }];
  /** @type {MachineEvent[]} */
  const changes = [];
  if (was.network !== is.network) changes.push({ type: is.network === "online" ? "cameOnline" : "wentOffline" });
  if (was.page !== is.page) changes.push({ type: is.page === "shown" ? "pageShown" : "pageHid" });
  return changes;
}

/** @param {Presence} presence @param {string} tab @param {TabState} state @returns {Presence} */
const having = (presence, tab, state) => ({ ...presence, tabs: new Map(presence.tabs).set(tab, state) });

/** Hear how a tab is; the first time it joins.
 * @param {Presence} presence @param {string} tab @param {TabReport} report @param {number} now
 * @returns {[Presence, MachineEvent[]]} */
export function heard(presence, tab, { page, network, isStarted, isNudge }, now) {
  const known = presence.tabs.get(tab);
  const isLook = page === "shown" && (known?.page !== "shown" || isNudge);
  const looks = presence.looks + (isLook ? 1 : 0);
  const lookedAt = isLook ? looks : (known?.lookedAt ?? 0);
  const state = { page, isStarted, lookedAt, heardAt: now, isFrozen: false };
  // A browser has one network: the last word about it is the newest.
  const next = { ...having(presence, tab, state), network, looks };
  const changes = events(presence, next);
  const isNew = isStarted && !(known?.isStarted ?? false);
  if (isNew && changes.every(({ type }) => type !== "started"))
    changes.push({ type: "started", fresh: true, page: outlook(next).page, network });
  if (isNudge && page === "shown" && changes.length === 0) changes.push({ type: "nudged" });
  return [next, changes];
}

/** A tab has gone, with a word or without.
 * @param {Presence} presence @param {string} tab @returns {[Presence, MachineEvent[]]} */
export function left(presence, tab) {
  const tabs = new Map(presence.tabs);
  tabs.delete(tab);
  const next = { ...presence, tabs };
  return [next, events(presence, next)];
}

/** See which shown tabs have not been heard of for too long.
 * @param {Presence} presence @param {number} now @returns {[Presence, MachineEvent[]]} */
export function timePassed(presence, now) {
  const isFrozen = (/** @type {TabState} */ state) => now - state.heardAt > UNHEARD_MS;
  const tabs = new Map([...presence.tabs].map(([tab, state]) => [tab, { ...state, isFrozen: isFrozen(state) }]));
  const next = { ...presence, tabs };
  return [next, events(presence, next)];
}

/** The tab that was looked at last, null when there is none. @param {Presence} presence */
export function lookedAtLast({ tabs }) {
  const byLook = [...tabs].sort(([, a], [, b]) => b.lookedAt - a.lookedAt);
  return byLook[0]?.[0] ?? null;
}
