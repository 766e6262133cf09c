// What a page can do while the connection is in a worker: the same verbs, each asked over the wire.
// No decisions; what must be known at once (a message too big, no connection) is judged by what the tab has seen.
// Made by port.js; the worker carries them out with actions.js.

import { objection } from "./actions.js";

/** @import {Actions, ListPage, Page, Verb} from "./types.js" */

/** @typedef {object} Needs
 * @property {() => string} uuid
 * @property {Page} page
 * @property {(verb: Verb, ...words: unknown[]) => Promise<unknown>} ask
 * @property {() => boolean} isConnected
 * @property {(sentence: string) => void} complain */

/** @param {Needs} needs @returns {Actions} */
export const createVerbs = ({ uuid, page, ask, isConnected, complain }) => ({
  sendMessage(message) {
    const sentence = objection(message);
    if (sentence) complain(sentence);
    if (sentence !== "" || !isConnected()) return false;
    void ask("sendMessage", JSON.parse(JSON.stringify(message)));
    return true;
  },
  reconnect: () => void ask("reconnect"),
  disconnect: () => void ask("disconnect"),
  // The operation gets its id here, so that asking twice is doing once.
  mark: (ids, as, until, id = uuid()) => void ask("mark", ids, as, until, id),
  markAll: (as, id = uuid()) => void ask("markAll", as, id),
  undo: (of, as, id = uuid()) => void ask("undo", of, as, id),
  loadMore: () => void ask("loadMore"),
  findPage: async (asked) => /** @type {ListPage | null} */ ((await ask("findPage", asked)) || null),
  signOut: async () => (await ask("signOut")) === true,
  sendTest: async () => (await ask("sendTest")) === true,

  async signIn(username, password) {
    const isIn = (await ask("signIn", username, password)) === true;
    if (isIn) page.goHome();
    return isIn;
  },
});
