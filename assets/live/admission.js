// The way in: fetches a token, sees whose it is, and says the first message of a connection.
// No phases are decided here: whatever happened is told to the machine, with the generation it belongs to.
// Owned by connection.js. A token is held from its arrival to its use and never shown to anybody.

import { policyFrom } from "./policy.js";
import { PROTOCOL } from "./protocol.js";

/** @import {AuthOk, MachineEvent, MachineState, Policy, World} from "./types.js" */

const RECALL_MS = 500; // a slow disk may cost the cache, not the connection

/** @typedef {object} Needs
 * @property {World} world
 * @property {ReturnType<typeof import("./doors.js").createDoors>} doors
 * @property {ReturnType<typeof import("./keeper.js").createKeeper>} keeper
 * @property {ReturnType<typeof import("./gauge.js").createGauge>} gauge
 * @property {(message: object) => void} send
 * @property {(event: MachineEvent) => void} tell
 * @property {() => MachineState} state
 * @property {(change: (policy: Policy) => Policy) => void} adjust
 * @property {string | null} replaces a connection of this session that we know to be nobody's any more */

/** Whatever comes first: the work, or enough of waiting for it.
 * @param {World} world @param {Promise<unknown>} work @param {number} ms */
export function patiently(world, work, ms) {
  const enough = new Promise((resolve) => world.setTimer(() => resolve(undefined), ms));
  return Promise.race([work, enough]);
}

/** @param {Needs} needs */
export function createAdmission({ world, doors, keeper, gauge, send, tell, state, adjust, replaces }) {
  let token = "";
  /** @type {Pick<AuthOk, "connection" | "session" | "build"> | null} */
  let welcomed = null;
  let inherited = replaces;

  /** A live socket never changes hands: the token of another session begins a new connection.
   * @param {import("./doors.js").Bearer} bearer */
  const isOther = ({ user, session }) =>
    user !== keeper.user?.id || (session !== null && session !== welcomed?.session);

  /** @param {string} user */
  const recall = (user) => patiently(world, keeper.recall(user).then(gauge.recalled), RECALL_MS);

  /** What only the first `auth` of a connection says. */
  function introduction() {
    const cursor = keeper.resumeFrom();
    const former = welcomed?.connection ?? inherited; // its slot may still be taken
    return {
      ...(cursor && { cursor }),
      ...(former && { replaces: former }),
      ...(world.inflate && { accept: ["deflate"] }),
    };
  }

  /** @param {object} more */
  function sendAuth(more) {
    send({ type: "auth", token, protocol: PROTOCOL, ...more });
    token = "";
  }

  return {
    /** The session that was welcomed last, and its connection. */
    get session() {
      return welcomed?.session ?? null;
    },
    get connection() {
      return welcomed?.connection ?? inherited;
    },
    /** Which pages the server has. */
    get build() {
      return welcomed?.build ?? null;
    },

    /** @param {number} generation */
    async fetchToken(generation) {
      const answer = await doors.token();
      if (generation !== state().generation) return;
      if (answer.kind === "denied") return tell({ type: "tokenDenied", generation });
      if (answer.kind === "failed")
        return tell({ type: "tokenFailed", generation, retryAfterMs: answer.retryAfterMs });
      adjust((policy) => policyFrom(answer.policy, policy));
      if (state().phase === "connected" && isOther(answer.bearer)) return tell({ type: "signedIn" });
      if (answer.bearer.user !== null) await recall(answer.bearer.user);
      if (generation === state().generation) token = answer.token;
      tell({ type: "tokenArrived", generation, expiresInMs: answer.expiresInMs });
    },

    introduce: () => sendAuth(introduction()),
    renew: () => sendAuth({}),
    dropToken() {
      token = "";
    },

    /** @param {AuthOk} message */
    welcomed(message) {
      [welcomed, inherited] = [message, null];
    },
    forget() {
      [welcomed, inherited] = [null, null];
    },
  };
}
