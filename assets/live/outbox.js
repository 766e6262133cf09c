// Operations a person has made and the server has not acknowledged: kept on disk, sent in order, once each.
// Never a socket, never the inbox: whoever sends asks `next`, whoever hears an answer calls `settle`.
// Owned by keeper.js. Tabs share the disk: a tab sends its own operations, and those of tabs that are gone.

/** @import {Deed, Operation, Reach, Storage, Tabs} from "./types.js" */

const IN_FLIGHT = 20; // well under the server's burst, so that a long absence does not end as flooding

/** @param {{storage: Storage, tabs: Tabs}} needs */
export function createOutbox({ storage, tabs }) {
  /** @type {readonly Operation[]} */
  let waiting = [];
  /** @type {Set<string>} */
  let sent = new Set();

  return {
    /** In the order they were made; a new array whenever something changed. */
    get operations() {
      return waiting;
    },

    /** Take in what this person left on disk before a reload, or in a tab that died. @param {string} user */
    async gather(user) {
      await tabs.alone(async () => {
        const [kept, alive] = await Promise.all([storage.operations(user), tabs.alive()]);
        const isOrphan = (/** @type {Operation} */ { owner }) =>
          owner !== tabs.owner && !(alive?.has(owner) ?? false);
        const orphans = kept.filter(isOrphan).map((orphan) => ({ ...orphan, owner: tabs.owner }));
        for (const orphan of orphans) await storage.addOperation(orphan);
        const known = new Set(waiting.map(({ id }) => id));
        waiting = [...orphans.filter(({ id }) => !known.has(id)), ...waiting].filter(
          (operation) => operation.user === user,
        );
      });
    },

    /** @param {string} user @param {Deed} message @param {string} at @param {Reach} [takesBack] */
    add(user, message, at, takesBack) {
      /** @type {Operation} */
      const operation = { id: message.id, user, owner: tabs.owner, at, message, takesBack };
      waiting = [...waiting, operation];
      void storage.addOperation(operation);
    },

    /** Hand out what may be sent now, oldest first, each once a connection. */
    next() {
      const ready = waiting.filter(({ id }) => !sent.has(id)).slice(0, Math.max(0, IN_FLIGHT - sent.size));
      for (const { id } of ready) sent.add(id);
      return ready;
    },

    /** A new connection knows nothing of what the old one was told; the server recognises repeated ids. */
    forgetSent() {
      sent = new Set();
    },

    /** @param {string} id */
    sendAgain(id) {
      sent.delete(id);
    },

    /** Take an answered operation away; undefined when it is not one of ours. @param {string} id */
    settle(id) {
      const operation = waiting.find((candidate) => candidate.id === id);
      if (operation === undefined) return undefined;
      waiting = waiting.filter((candidate) => candidate !== operation);
      sent.delete(id);
      void storage.removeOperation(id);
      return operation;
    },

    /** Nothing survives a sign-out; the disk is cleared by whoever owns it. */
    clear() {
      waiting = [];
      sent = new Set();
    },
  };
}
