// The moves that answer page and network: hiding, showing, leaving, offline, online, every wake signal.
// Pure. Facts are noted in every phase; what they lead to depends on the phase, so wake has four forms.
// Called through the table in machine.js.

import { arm, begin, disarm, rest, REVIVABLE, wakeUp } from "./moves.js";

/** @import {Effect, MachineEvent, MachineState, Move, Step} from "./types.js" */

/** @param {MachineState} state @param {MachineEvent} event @returns {MachineState} */
function note(state, event) {
  switch (event.type) {
    case "pageShown":
    case "pageReturned":
      return { ...state, page: "shown" };
    case "cameOnline":
      return { ...state, network: "online" };
    default:
      return state;
  }
}

/** @param {Step} step @param {MachineEvent} event @returns {Step} */
function withoutGrace([state, effects], event) {
  const shown = event.type === "pageShown" || event.type === "pageReturned";
  return [state, shown ? [disarm("grace"), ...effects] : effects];
}

/** Wake from rest, when the reason for resting is one that weather made.
 * @type {Move} */
export function wake(state, event, policy) {
  const noted = note(state, event);
  if (REVIVABLE.has(state.reason)) return withoutGrace(wakeUp(noted, event, policy), event);
  // Restored from the back-forward cache after a sign-out: the page must leave again.
  const leave = event.type === "pageReturned" && state.reason === "signed_out";
  return withoutGrace([noted, leave ? [{ do: "goToSignIn" }] : []], event);
}

/** Stop waiting and try now; the attempt keeps its number.
 * @type {Move} */
export const wakeWaiting = (state, event, policy) =>
  withoutGrace(begin(note(state, event), event, policy), event);

/** Only note the fact: an attempt is under way already.
 * @type {Move} */
export const wakeTrying = (state, event) => withoutGrace([note(state, event), []], event);

/** Let a socket that may have slept prove itself alive.
 * @type {Move} */
export function wakeConnected(state, event, policy) {
  /** @type {Effect[]} */
  const probe = [
    { do: "sendPing" },
    { do: "startTimer", name: "probe", ms: policy.probe_ms, unlessArmed: true },
  ];
  return withoutGrace([note(state, event), probe], event);
}

/** @type {Move} */
export const hide = (state, _event, policy) => [
  { ...state, page: "hidden" },
  [disarm("breaker"), arm("grace", policy.hidden_grace_ms)],
];

/** Pause: nobody looks, so nothing stays open.
 * @type {Move} */
export function pause(state) {
  const pauses = state.phase !== "disconnected" || REVIVABLE.has(state.reason);
  return pauses ? rest(state, "hidden", [{ do: "releasePage" }]) : [state, [{ do: "releasePage" }]];
}

/** The page goes away, perhaps into the back-forward cache: nothing private may be in it on return.
 * @type {Move} */
export function leave(state) {
  const hidden = /** @type {MachineState} */ ({ ...state, page: "hidden" });
  const pauses = state.phase !== "disconnected" || REVIVABLE.has(state.reason);
  const [next, effects] = pauses ? rest(hidden, "hidden") : /** @type {Step} */ ([hidden, []]);
  return [next, [...effects, disarm("grace"), { do: "veil" }]];
}

/** @type {Move} */
export function loseNetwork(state) {
  const offline = /** @type {MachineState} */ ({ ...state, network: "offline" });
  const rests = state.phase !== "disconnected" || state.reason === "gave_up";
  return rests ? rest(offline, "offline") : [offline, []];
}
