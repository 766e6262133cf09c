// Questions of tabs, each for a page of some view: asked on the one connection, answered to whoever asked.
// Knows nothing of lists; what is asked and what is done with the answer is the tab's business (lists.js).
// Owned by keeper.js.

/** @import {HistoryAsked, HistoryPage, ListPage} from "./types.js" */

/** @param {{uuid: () => string, send: (message: object) => boolean}} needs */
export function createQuestions({ uuid, send }) {
  /** @type {Map<string, (page: ListPage | null) => void>} */
  const open = new Map();

  /** @param {string} ref @param {ListPage | null} page */
  function settle(ref, page) {
    const resolve = open.get(ref);
    open.delete(ref);
    resolve?.(page);
    return resolve !== undefined;
  }

  return {
    /** Answers with null when no answer will come. @param {HistoryAsked} asked @returns {Promise<ListPage | null>} */
    ask: (asked) =>
      new Promise((resolve) => {
        const ref = uuid();
        if (!send({ type: "history", id: ref, ...asked })) return resolve(null);
        open.set(ref, resolve);
      }),

    /** Tell whether it was the answer to one of these. @param {HistoryPage} message */
    answered: ({ ref, items, next }) => settle(ref, { items, next }),

    /** No answer will come. @param {string} [ref] of the question, any when left out */
    givenUp(ref) {
      for (const each of ref === undefined ? [...open.keys()] : [ref]) settle(each, null);
    },
  };
}
