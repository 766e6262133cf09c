// What people do: the verbs a page can call, each ending in an event, an operation or a knock at a door.
// No state of its own, no sockets; whatever goes wrong becomes a sentence for the person.
// Made by connection.js, handed to pages as part of what useWebSocket() returns.

import { MESSAGE_LIMIT_BYTES } from "./protocol.js";

/** @import {Actions, MachineEvent, World} from "./types.js" */

/** @typedef {object} Needs
 * @property {World} world
 * @property {ReturnType<typeof import("./doors.js").createDoors>} doors
 * @property {ReturnType<typeof import("./keeper.js").createKeeper>} keeper
 * @property {(message: object) => boolean} send
 * @property {(event: MachineEvent) => void} tell */

/** @param {object} message */
const isTooBig = (message) => new TextEncoder().encode(JSON.stringify(message)).length > MESSAGE_LIMIT_BYTES;

/** @param {Needs} needs @returns {Actions} */
export function createActions({ world, doors, keeper, send, tell }) {
  /** @param {Promise<string>} knocking answers with a sentence, empty when it went well */
  async function trying(knocking) {
    const sentence = await knocking;
    keeper.complain(sentence);
    return sentence === "";
  }

  return {
    sendMessage(message) {
      if (typeof message?.type !== "string" || message.type === "auth") return false;
      if (!isTooBig(message)) return send(message);
      keeper.complain("This message is too big to be sent.");
      return false;
    },
    reconnect: () => tell({ type: "reconnectAsked" }),
    disconnect: () => tell({ type: "closeAsked" }),
    mark: keeper.mark,
    markAll: keeper.markAll,
    loadMore: keeper.loadMore,
    sendTest: () => trying(doors.sendTest()),

    async signOut() {
      const isOver = await trying(doors.signOut());
      if (isOver) tell({ type: "signedOut" });
      return isOver;
    },

    async signIn(username, password) {
      const isIn = await trying(doors.signIn(username, password));
      if (!isIn) return false;
      world.tabs.tell({ type: "signed_in" });
      world.page.goHome();
      return true;
    },
  };
}
