// What a person does to their inbox: kept until the server has acknowledged it, sent in order, taken back if refused.
// Never the inbox itself: what an accepted operation changes in it is handed on to keeper.js.
// Owned by keeper.js; `operations` are laid over the inbox by view.js.

import { reachOf } from "./optimism.js";
import { createOutbox } from "./outbox.js";
import { MARKS } from "./protocol.js";

/** @import {Ack, Deed, Item, Mark, Operation, Reach, Refusal, User, World} from "./types.js" */

const PATIENCE_MS = 1_000; // a disk that hangs must not hold back what the person did

/** @typedef {object} Needs
 * @property {World} world
 * @property {(message: object) => boolean} send false when there is no connection to send on
 * @property {(isOwn?: boolean) => void} changed what a person did themselves is shown without any delay
 * @property {() => User | null} whose
 * @property {() => number | null} through how far the person can have seen
 * @property {() => {items: readonly Item[], unread: number}} seen what is before their eyes
 * @property {(operation: Operation, ack: Ack) => void} settled
 * @property {(sentence: string) => void} complain */

/** @param {Needs} needs */
export function createErrands({ world, send, changed, whose, through, seen, settled, complain }) {
  const outbox = createOutbox(world);
  /** What operations on everything reached: an undo may come long after they are settled. @type {Map<string, Reach>} */
  const reaches = new Map();
  let isOpen = false; // between auth_ok and the end of the connection

  function flush() {
    if (!isOpen) return;
    for (const operation of outbox.next()) send(operation.message);
  }

  /** The server is busy, not unwilling: the operation stays and goes out again.
   * @param {Operation} operation @param {number} seconds */
  function sendLater(operation, seconds) {
    world.setTimer(() => {
      outbox.sendAgain(operation.id);
      flush();
    }, seconds * 1_000);
  }

  /** @param {Deed} message @param {Reach} [takesBack] */
  function operate(message, takesBack) {
    const user = whose();
    // A tab that was not sure to be heard says it again; once is enough.
    if (user === null || outbox.operations.some(({ id }) => id === message.id)) return;
    outbox.add(user.id, message, new Date(world.wallNow()).toISOString(), takesBack);
    complain("");
    changed(true);
    flush();
  }

  return {
    get operations() {
      return outbox.operations;
    },
    gather: outbox.gather,

    /** A connection is ready for what waits. @param {string} user */
    opened(user) {
      isOpen = true;
      outbox.forgetSent();
      void outbox.gather(user).then(flush).then(() => changed());
      world.setTimer(flush, PATIENCE_MS);
    },
    closed() {
      isOpen = false;
    },
    clear() {
      isOpen = false;
      outbox.clear();
      reaches.clear();
    },

    /** @param {Ack} message */
    acked(message) {
      const operation = outbox.settle(message.ref);
      if (operation !== undefined) settled(operation, message);
      flush();
    },

    /** @param {Refusal} message */
    refused(message) {
      const operation = outbox.operations.find(({ id }) => id === message.ref);
      if (operation !== undefined && message.retry_after_s !== undefined)
        return sendLater(operation, message.retry_after_s);
      if (operation !== undefined) outbox.settle(operation.id);
      complain(operation === undefined ? message.message : `This could not be done: ${message.message}`);
      flush();
    },

    /** @param {string | string[]} ids @param {Mark} as @param {string | number | Date} [until]
     * @param {string} [id] of the operation, when it has one already */
    mark(ids, as, until, id = world.uuid()) {
      const items = [ids].flat();
      if (!MARKS.includes(as) || items.length === 0) return;
      const time = until === undefined ? {} : { until: new Date(until).toISOString() };
      operate({ type: "mark", id, as, items, ...time });
    },

    /** @param {"read" | "archived"} as @param {string} [id] of the operation, when it has one already */
    markAll(as, id = world.uuid()) {
      const seq = through();
      if (seq === null) return;
      const before = seen();
      operate({ type: "mark_all", id, as, through: seq });
      const operation = outbox.operations.find((candidate) => candidate.id === id);
      if (operation !== undefined && !reaches.has(id)) reaches.set(id, reachOf(operation, before));
    },

    /** @param {string} of the id of a `markAll` @param {"unread" | "unarchived"} as @param {string} [id] */
    undo(of, as, id = world.uuid()) {
      operate({ type: "undo", id, of, as }, reaches.get(of));
    },
  };
}
