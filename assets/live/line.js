// The line to the server: at most one socket, its frames read in order, and the stopwatch of its pings.
// No phases and no meaning: whatever is heard goes up with the generation it belongs to.
// Owned by connection.js; the socket itself comes from the world.

import { createFrameReader } from "./frames.js";
import { createFrameWriter } from "./packing.js";
import { LOST } from "./protocol.js";

/** @import {MachineEvent, ServerMessage, Socket, World} from "./types.js" */

/** @typedef {object} Needs
 * @property {World} world
 * @property {(event: MachineEvent) => void} tell
 * @property {(message: ServerMessage, generation: number) => void} hear */

/** @param {Needs} needs */
export function createLine({ world, tell, hear }) {
  /** @type {Socket | null} */
  let socket = null;
  /** @type {(text: string) => void} */
  let write = () => {};
  /** @type {(payload: string | ArrayBuffer) => void} */
  let plainly = () => {};
  /** @type {{t: number, sentAt: number} | null} */
  let pinged = null;

  /** @param {object} message */
  function send(message) {
    write(JSON.stringify(message));
    return socket !== null;
  }

  function close() {
    const closing = socket;
    [socket, pinged, write] = [null, null, () => {}];
    closing?.close();
  }

  return {
    send,
    close,

    /** @param {number} generation */
    open(generation) {
      close();
      const frame = createFrameReader({
        inflate: world.inflate,
        heard: (message) => hear(message, generation),
        // What cannot be read cannot be continued from; the cursor makes a new start harmless.
        broken: () => tell({ type: "closed", generation, code: LOST }),
      });
      const opened = world.openSocket({
        frame,
        opened: () => tell({ type: "opened", generation }),
        closed: (code) => tell({ type: "closed", generation, code }),
      });
      socket = opened;
      plainly = (text) => opened.send(text);
      write = plainly;
    },

    /** Welcome: from here on the server takes deflated messages. */
    mayPack() {
      write = createFrameWriter({ deflate: world.deflate, put: plainly });
    },

    ping() {
      const sentAt = world.now();
      pinged = { t: Math.round(sentAt), sentAt };
      send({ type: "ping", t: pinged.t });
    },

    /** Answers with the round trip, null when this does not answer the last ping. @param {unknown} t */
    ponged(t) {
      if (pinged === null || pinged.t !== t) return null;
      const roundTripMs = world.now() - pinged.sentAt;
      pinged = null;
      return roundTripMs;
    },
  };
}
