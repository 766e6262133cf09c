// The moves of coming and going: begin, rest, wait, give up, end. Each takes state, event and policy and
// returns the next state with effects. Pure: delays leave as a base and a bound, the rim has clock and dice.
// Called through the table in machine.js, and by wakes.js.

import { comeBack, SIGNED_OUT } from "./protocol.js";

/** @import {Effect, MachineState, Move, Policy, Reason, Step, TimerName} from "./types.js" */

/** Reasons a wake signal may end; the others wait for a person. */
export const REVIVABLE = new Set(["hidden", "offline", "gave_up"]);

// The grace timer belongs to the page, not to the connection: it outlives attempts and drops.
/** @type {Effect[]} */
const HANG_UP = [{ do: "stopTimers", keep: "grace" }, { do: "closeSocket" }];

/** @param {TimerName} name @param {number} ms @param {number} [jitter] @returns {Effect} */
export const arm = (name, ms, jitter) => ({ do: "startTimer", name, ms, jitter });
/** @param {TimerName} name @returns {Effect} */
export const disarm = (name) => ({ do: "stopTimer", name });

/** @type {Move} */
export const stay = (state) => [state, []];

/** @param {MachineState} state @param {Reason} reason @param {Effect[]} [effects] @returns {Step} */
export function rest(state, reason, effects = []) {
  const resting = {
    ...state,
    phase: /** @type {const} */ ("disconnected"),
    reason,
    generation: state.generation + 1,
  };
  return [resting, [...HANG_UP, ...effects]];
}

/** Start an attempt: a new generation, so that whatever the old one still says is a ghost's.
 * @type {Move} */
export function begin(state, _event, policy) {
  const generation = state.generation + 1;
  return [
    { ...state, phase: "connecting", reason: "", generation },
    [...HANG_UP, arm("deadline", policy.deadline_ms), { do: "fetchToken", generation }],
  ];
}

/** @type {Move} */
const beginAnew = (state, event, policy) => begin({ ...state, attempt: 0, refusals: 0 }, event, policy);

/** Try at once, if there is a network and somebody looks.
 * @type {Move} */
export function wakeUp(state, event, policy) {
  const obstacle = state.network === "offline" ? "offline" : state.page === "hidden" ? "hidden" : null;
  if (obstacle === null) return beginAnew(state, event, policy);
  if (state.phase === "disconnected" && state.reason === obstacle) return [state, []];
  return rest(state, obstacle);
}

/** Wait for the next attempt, or give up after the last.
 * @type {Move} */
export function retryLater(state, event, policy) {
  if (state.network === "offline") return rest(state, "offline");
  if (state.attempt >= policy.retry_max_attempts) return giveUp(state, policy);
  const attempt = state.attempt + 1;
  const delays = policy.retry_delays_ms;
  const base = delays[Math.min(attempt, delays.length) - 1] ?? 1_000;
  // A server that names a delay has already spread its clients over the window.
  const retry =
    event.retryAfterMs === undefined
      ? arm("retry", base, policy.retry_jitter)
      : arm("retry", event.retryAfterMs);
  return [
    { ...state, phase: "reconnecting", reason: "", attempt, generation: state.generation + 1 },
    [...HANG_UP, retry],
  ];
}

/** @param {MachineState} state @param {Policy} policy @returns {Step} */
function giveUp(state, policy) {
  return rest(state, "gave_up", state.page === "shown" ? [breaker(policy)] : []);
}
/** @param {Policy} policy */
export const breaker = (policy) => arm("breaker", policy.breaker_ms, policy.breaker_jitter);

/** Act on the end of a connection: its code decides whether to come back.
 * @type {Move} */
export function ended(state, event, policy) {
  const code = event.code ?? 0;
  if (code === SIGNED_OUT) return signOut(state, event, policy);
  switch (comeBack(code)) {
    case "no":
      return rest(state, "refused");
    case "person":
      return rest(state, "too_many_connections");
    case "new_token":
      if (state.refusals > 0) return rest(state, "refused");
      return begin({ ...state, refusals: 1 }, event, policy);
    default:
      return retryLater(state, event, policy);
  }
}

/** End for this person: nothing of theirs stays, and the page leaves, once.
 * @type {Move} */
export function signOut(state, event) {
  if (state.reason === "signed_out") return [state, []];
  /** @type {Effect[]} */
  const tell = event.told ? [] : [{ do: "tellTabs" }]; // before forgetting which session it was
  const [resting, effects] = rest({ ...state, attempt: 0, refusals: 0 }, "signed_out");
  return [resting, [...effects, disarm("grace"), ...tell, { do: "forget" }, { do: "goToSignIn" }]];
}

/** @type {Move} */
export function start(state, event, policy) {
  const placed = { ...state, page: event.page ?? state.page, network: event.network ?? state.network };
  // Opening a tab is asking again, except for what the person closed.
  const waitsForPerson = (event.fresh ? ["closed"] : ["closed", "refused", "too_many_connections"]).includes(
    state.reason,
  );
  const [next, effects] = waitsForPerson ? stay(placed, event, policy) : wakeUp(placed, event, policy);
  // A tab opened in the background: after the grace, what else it holds is let go as well.
  return [next, placed.page === "hidden" ? [...effects, arm("grace", policy.hidden_grace_ms)] : effects];
}

/** @type {Move} */
export const stop = (state) => {
  const [resting, effects] = rest({ ...state, attempt: 0 }, "");
  return [resting, [...effects, disarm("grace")]];
};

/** @type {Move} */
export const closeByPerson = (state) => rest(state, "closed");

/** A person asked: try even if the browser believes to be offline. Without a session there is only sign-in.
 * @type {Move} */
export function insist(state, event, policy) {
  if (state.reason === "signed_out") return [state, [{ do: "goToSignIn" }]];
  return state.page === "hidden" ? wakeUp(state, event, policy) : beginAnew(state, event, policy);
}

/** Somebody signed in, here or in another tab: whoever it is, the next token will say.
 * @type {Move} */
export const signIn = wakeUp;

/** @type {Move} */
export const askHealth = (state) =>
  state.reason === "gave_up" ? [state, [{ do: "askHealth", generation: state.generation }]] : [state, []];

/** The server answers: one try; if that fails too, back to asking.
 * @type {Move} */
export const tryOnce = (state, event, policy) =>
  state.reason === "gave_up"
    ? begin({ ...state, attempt: policy.retry_max_attempts, refusals: 0 }, event, policy)
    : [state, []];

/** @type {Move} */
export const askLater = (state, _event, policy) =>
  state.reason === "gave_up" && state.page === "shown" ? [state, [breaker(policy)]] : [state, []];
