// Asks for pages of the inbox, one at a time: older ones below the list, or the top again.
// Holds only which question is open; the answer goes into the inbox through keeper.js.
// Owned by keeper.js.

/** @import {HistoryPage, Inbox} from "./types.js" */

const PAGE_ITEMS = 50;

/** @param {{uuid: () => string, send: (message: object) => boolean}} needs */
export function createPages({ uuid, send }) {
  /** @type {{ref: string, isOlder: boolean} | null} */
  let asked = null;

  return {
    get isLoadingMore() {
      return asked?.isOlder ?? false;
    },

    /** @param {Inbox} inbox @param {boolean} isOlder */
    ask(inbox, isOlder) {
      if (asked !== null) return;
      const ref = uuid();
      const oldest = inbox.items.at(-1)?.seq;
      const before = isOlder && oldest !== undefined ? { before: oldest } : {};
      const isSent = send({ type: "history", id: ref, view: "inbox", limit: PAGE_ITEMS, ...before });
      if (isSent) asked = { ref, isOlder };
    },

    /** Take the answer to the open question: which kind it was, null for an answer nobody waits for.
     * @param {HistoryPage} message */
    answered(message) {
      if (asked?.ref !== message.ref) return null;
      const kind = asked.isOlder ? "older" : "top";
      asked = null;
      return kind;
    },

    /** No answer will come. @param {string} [ref] of the question, any when left out */
    givenUp(ref = asked?.ref) {
      if (asked?.ref === ref) asked = null;
    },
  };
}
