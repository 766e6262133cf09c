// The console's account of a connection: one line an event, each beginning with [WebSocket].
// Pure, and never given a token: it sees machine states and events only.
// Called by connection.js after every step; the words are promised in the contract.

import { closeName } from "./protocol.js";

/** @import {MachineEvent, MachineState, Policy} from "./types.js" */

/** @param {MachineState} before @param {MachineEvent} event */
function onEvent(before, event) {
  switch (event.type) {
    case "opened":
      return "connection established";
    case "welcomed":
      return "authentication success";
    case "tokenDenied":
      return "authentication failure (no session)";
    case "closed":
      return onClose(before, event.code ?? 0);
    case "deadlinePassed":
      return before.phase === "authenticating" ? "authentication failure (no answer)" : null;
    default:
      return null;
  }
}

/** @param {MachineState} before @param {number} code */
function onClose(before, code) {
  const words = `${code} ${closeName(code)}`;
  if (before.phase === "authenticating" && code >= 4000) return `authentication failure (${words})`;
  return before.phase === "connected" ? `connection lost (${words})` : null;
}

/** @param {MachineState} before @param {MachineState} after @param {Policy} policy @param {number} delayMs */
function onChange(before, after, policy, delayMs) {
  const became = (/** @type {string} */ reason) => after.reason === reason && before.reason !== reason;
  const isNewAttempt = after.phase === "reconnecting" && after.generation !== before.generation;
  return [
    after.network !== before.network && `network ${after.network}`,
    after.page !== before.page && `visibility ${after.page === "shown" ? "visible" : "hidden"}`,
    became("hidden") && "paused",
    before.reason === "hidden" && after.phase !== "disconnected" && "resumed",
    isNewAttempt &&
      `reconnection attempt ${after.attempt}/${policy.retry_max_attempts} in ${seconds(delayMs)} s`,
    became("gave_up") && "gave up",
  ];
}

/** @param {number} ms */
const seconds = (ms) => (ms / 1000).toFixed(1);

/** Say what happened between two states.
 * @param {MachineState} before
 * @param {MachineEvent} event
 * @param {MachineState} after
 * @param {Policy} policy
 * @param {number} delayMs what the dice made of the retry delay
 * @returns {string[]} */
export function narrate(before, event, after, policy, delayMs) {
  if (event.generation !== undefined && event.generation !== before.generation) return [];
  const lines = [onEvent(before, event), ...onChange(before, after, policy, delayMs)];
  return lines.filter((line) => typeof line === "string").map((line) => `[WebSocket] ${line}`);
}
