// What the server says, sorted: what concerns the line stays here, what concerns the inbox goes to the keeper.
// No effects and no timers; the machine is told in its own words.
// Owned by connection.js, called for every message of its line.

import { policyFrom } from "./policy.js";
import { SERVER_MESSAGES } from "./protocol.js";

/** @import {AuthOk, MachineEvent, MachineState, Policy, ServerMessage} from "./types.js" */

/** @typedef {object} Needs
 * @property {ReturnType<typeof import("./keeper.js").createKeeper>} keeper
 * @property {ReturnType<typeof import("./gauge.js").createGauge>} gauge
 * @property {ReturnType<typeof import("./admission.js").createAdmission>} admission
 * @property {ReturnType<typeof import("./line.js").createLine>} line
 * @property {(event: MachineEvent) => void} tell
 * @property {() => MachineState} state
 * @property {() => void} changed
 * @property {(message: any) => void} passOn
 * @property {(change: (policy: Policy) => Policy) => void} adjust */

/** @type {ReadonlySet<string>} */
const OURS = new Set(SERVER_MESSAGES);

/** @param {Needs} needs */
export function createHearing({ keeper, gauge, admission, line, tell, state, changed, adjust, passOn }) {
  /** @param {AuthOk} message @param {number} generation */
  function welcome(message, generation) {
    admission.welcomed(message);
    adjust((policy) => policyFrom({ heartbeat_ms: message.heartbeat_s * 1_000 }, policy));
    const isKnown = keeper.user?.id === message.user.id && keeper.inbox.cursor !== null;
    gauge.connected({ continued: message.recovered && isKnown, anew: !message.recovered && isKnown });
    const continues = keeper.welcome(message);
    line.mayPack();
    tell({ type: "welcomed", generation });
    line.ping();
    if (!continues) tell({ type: "holeStood", generation });
  }

  /** @param {ServerMessage} message */
  function take(message) {
    if (!OURS.has(message.type)) return passOn(message);
    if (message.type === "ping") {
      line.send({ type: "pong", t: message.t });
      line.ping(); // once a heartbeat is often enough to know the line
    }
    const roundTripMs = message.type === "pong" ? line.ponged(message.t) : null;
    if (roundTripMs !== null) gauge.measured(roundTripMs);
    const missed = keeper.hear(message);
    if (missed > 0) gauge.replayed(missed);
  }

  /** @param {ServerMessage} message @param {number} generation */
  return function hear(message, generation) {
    if (generation !== state().generation) return;
    gauge.heard();
    if (message.type === "closing") {
      return tell({ type: "closed", generation, code: message.code, retryAfterMs: message.retry_after_ms });
    }
    if (state().phase === "authenticating" && message.type === "auth_ok" && !message.renewed)
      welcome(message, generation);
    else if (state().phase === "connected") take(message);
    tell({ type: "heard", generation });
    tell({ type: keeper.isLagging ? "lagged" : "caughtUp", generation });
    changed();
  };
}
