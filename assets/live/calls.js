// What a tab has asked of the connection and has no answer to yet.
// What may be done twice is asked again of the next worker; for the rest no answer is an answer: it was not done.
// Owned by port.js, which sends what is due.

/** @import {Call, Verb} from "./types.js" */

// A mark carries the id of its operation, the others mean the same however often they are said.
const REPEATABLE = new Set(["mark", "markAll", "undo", "loadMore", "reconnect", "disconnect", "signOut", "signIn"]);
// What concerns a list waits for that list, and is not done to somebody else's.
const PERSONAL = new Set(["mark", "markAll", "undo", "loadMore", "findPage"]);

/** @typedef {Call & {user: string | null, isSent: boolean, resolve: (value: unknown) => void}} OpenCall */

/** @param {() => string} uuid */
export function createCalls(uuid) {
  /** @type {Map<string, OpenCall>} */
  const open = new Map();

  /** @param {string} ref @param {unknown} value */
  function answered(ref, value) {
    open.get(ref)?.resolve(value);
    open.delete(ref);
  }

  /** @param {OpenCall} call @param {string | null} user */
  function isDue({ ref, verb, user: asker, isSent }, user) {
    if (isSent || !PERSONAL.has(verb)) return !isSent;
    if (user !== null && user !== asker) answered(ref, false);
    return user === asker && user !== null;
  }

  return {
    answered,

    /** @param {Verb} verb @param {unknown[]} words @param {string | null} user whose list the person sees
     * @returns {Promise<unknown>} false when nobody answered */
    make: (verb, words, user) =>
      new Promise((resolve) => {
        const ref = uuid();
        open.set(ref, { ref, verb, words, user, isSent: false, resolve });
      }),

    /** Hand out what may be sent now, in the order it was asked.
     * @param {string | null} user whose list there is at the other end @returns {Call[]} */
    due(user) {
      const ready = [...open.values()].filter((call) => isDue(call, user));
      for (const call of ready) call.isSent = true;
      return ready.map(({ ref, verb, words }) => ({ ref, verb, words }));
    },

    /** Whoever was asked is gone. */
    lost() {
      for (const call of [...open.values()]) {
        if (call.isSent && !REPEATABLE.has(call.verb)) answered(call.ref, false);
        call.isSent = false;
      }
    },
  };
}
