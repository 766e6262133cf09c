// What people do: the verbs a page can call, each ending in an event, an operation or a knock at a door.
// No state of its own, no sockets; whatever goes wrong becomes a sentence for the person.
// Made by connection.js, handed to pages as part of what useWebSocket() returns.

import { MESSAGE_LIMIT_BYTES } from "./protocol.js";

/** @import {Actions, MachineEvent, TabMessage, World} from "./types.js" */

/** @typedef {object} Needs
 * @property {World} world
 * @property {ReturnType<typeof import("./doors.js").createDoors>} doors
 * @property {ReturnType<typeof import("./keeper.js").createKeeper>} keeper
 * @property {(message: object) => boolean} send
 * @property {(event: MachineEvent) => void} tell
 * @property {(message: TabMessage) => void} heardTab */

/** @param {object} message */
const isTooBig = (message) => new TextEncoder().encode(JSON.stringify(message)).length > MESSAGE_LIMIT_BYTES;

/** Tell why a message of a page's own cannot go out; empty when it can, null when nobody needs a sentence.
 * @param {any} message */
export function objection(message) {
  if (typeof message?.type !== "string" || message.type === "auth") return null;
  return isTooBig(message) ? "This message is too big to be sent." : "";
}

/** @param {Needs} needs @returns {Actions} */
export function createActions({ world, doors, keeper, send, tell, heardTab }) {
  /** @param {Promise<string>} knocking answers with a sentence, empty when it went well */
  async function trying(knocking) {
    const sentence = await knocking;
    keeper.complain(sentence);
    return sentence === "";
  }

  return {
    sendMessage(message) {
      const sentence = objection(message);
      if (sentence === "") return send(message);
      if (sentence !== null) keeper.complain(sentence);
      return false;
    },
    reconnect: () => tell({ type: "reconnectAsked" }),
    disconnect: () => tell({ type: "closeAsked" }),
    mark: keeper.mark,
    markAll: keeper.markAll,
    undo: keeper.undo,
    loadMore: keeper.loadMore,
    findPage: keeper.findPage,
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
      heardTab({ type: "signed_in" });
      world.page.goHome();
      return true;
    },
  };
}
