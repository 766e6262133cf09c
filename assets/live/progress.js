// The moves of a connection that works: opening, authenticating, settling in, renewing, suspecting a hole.
// Pure. Everything that ends a connection is in moves.js.
// Called through the table in machine.js.

import { arm, begin, disarm, retryLater } from "./moves.js";

/** @import {MachineEvent, Move, Policy} from "./types.js" */

/** @type {Move} */
export const openWithToken = (state, event, policy) => [
  state,
  [{ do: "openSocket", generation: state.generation }, arm("renew", renewal(event, policy))],
];
/** @param {MachineEvent} event @param {Policy} policy */
const renewal = (event, policy) => Math.floor((event.expiresInMs ?? 0) * policy.renew_at);

/** @type {Move} */
export const authenticate = (state) => [{ ...state, phase: "authenticating" }, [{ do: "sendAuth" }]];

/** @type {Move} */
export const settleIn = (state, _event, policy) => [
  { ...state, phase: "connected" },
  [disarm("deadline"), arm("stable", policy.stable_after_ms), silence(policy)],
];
/** @param {Policy} policy */
const silence = (policy) => arm("silence", policy.heartbeat_ms + policy.silence_grace_ms);

/** @type {Move} */
export const hear = (state, _event, policy) => [state, [disarm("probe"), silence(policy)]];

/** @type {Move} */
export const standFirm = (state) => [{ ...state, attempt: 0, refusals: 0 }, []];

/** @type {Move} */
export const askToken = (state) => [state, [{ do: "fetchToken", generation: state.generation }]];

/** A tab has been opened, perhaps after somebody else signed in: the next token says whose browser this is.
 * @type {Move} */
export const recheck = (state, event, policy) => (event.fresh ? askToken(state, event, policy) : [state, []]);

/** @type {Move} */
export const renew = (state, event, policy) => [
  state,
  [{ do: "renewAuth" }, arm("renew", renewal(event, policy))],
];

/** @type {Move} */
export const renewAgain = (state, _event, policy) => [
  state,
  [arm("renew", policy.renew_again_ms, policy.retry_jitter)],
];

/** @type {Move} */
export const suspectHole = (state, _event, policy) => [
  state,
  [{ do: "startTimer", name: "hole", ms: policy.hole_ms, unlessArmed: true }],
];

/** @type {Move} */
export const closeHole = (state) => [state, [disarm("hole")]];

/** Ask again from the cursor on a new connection: at once the first time, by the ladder if that did not help.
 * @type {Move} */
export const askAgain = (state, event, policy) =>
  state.attempt === 0 ? begin({ ...state, attempt: 1 }, event, policy) : retryLater(state, event, policy);
