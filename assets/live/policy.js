// The timings of the connection: what holds until the server has spoken, and how its own values replace them.
// No clocks, no behaviour: only numbers with their causes, under the names they have on the wire.
// Read by the machine on every step; refreshed by the rim from each answer of the token route.

/** @import {Policy} from "./types.js" */

/** @type {Policy} */
export const DEFAULT_POLICY = Object.freeze({
  hidden_grace_ms: 2_000, // a glance at another tab must not cost a connection
  retry_delays_ms: [1_000, 2_000, 4_000, 8_000, 16_000, 30_000],
  retry_max_attempts: 5,
  retry_jitter: 0.2,
  heartbeat_ms: 30_000,
  silence_grace_ms: 10_000, // the server's ping may be late by a slow line, not by more
  stable_after_ms: 10_000, // accept-then-drop must not look like success
  deadline_ms: 10_000, // token, upgrade and auth together; twice the server's own patience
  probe_ms: 4_000, // a woken socket answers within a slow line's round trips or is dead
  hole_ms: 2_000, // swapped frames heal by themselves; holes must be asked for within 5 s
  breaker_ms: 60_000,
  breaker_jitter: 0.2,
  renew_at: 0.8, // of a token's lifetime, so that one failed renewal can be repeated
  renew_again_ms: 10_000,
});

/** @param {unknown} value */
const isNumber = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;

/** @param {unknown} value @param {unknown} like */
function fits(value, like) {
  if (Array.isArray(like)) return Array.isArray(value) && value.length > 0 && value.every(isNumber);
  return isNumber(value);
}

/** Lay what the server sent over what holds now; a field of the wrong kind is left as it was.
 * @param {unknown} served
 * @param {Policy} [current]
 * @returns {Policy} */
export function policyFrom(served, current = DEFAULT_POLICY) {
  if (typeof served !== "object" || served === null) return current;
  const given = Object.entries(served).filter(
    ([name, value]) => fits(value, /** @type {any} */ (current)[name]) && name in current,
  );
  return { ...current, ...Object.fromEntries(given) };
}
