// What a sender wrote, made safe to look at: it must read on the screen as it is written.
// Pure: no page and no markup. Called by inbox.js for every item that arrives.

/** @import {Item} from "./types.js" */

// Embeddings, overrides and isolates (UAX #9) can show a name that ends in exe as one that ends in pdf. Languages that are
// written from right to left need none of them: their letters carry their own direction.
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/gu;

/** @param {string} text */
export const readable = (text) => text.replace(DIRECTIONS, "");

/** @template {string | null} T @param {T} text */
const readableIfAny = (text) => (text === null ? text : readable(text));

/** The same item unless something in it would have turned the text around.
 * @param {Item} item @returns {Item} */
export function readableItem(item) {
  const { title, body, source, category } = item;
  if (`${title}${body}${source}${category}`.search(DIRECTIONS) === -1) return item;
  return {
    ...item,
    title: readable(title),
    body: readable(body),
    source: readableIfAny(source),
    category: readableIfAny(category),
  };
}
