// One list that a person looks at: the pages of a question, kept true by what the server says afterwards.
// Pure: never a socket, a clock or a timer. What it cannot know by itself (does this match the search?) it names in
// `doubts`, and takes the answer. Called by lists.js; "pages + messages ≡ the same pages asked anew" is its promise.

/** @import {ChangedItem, Item, Listing, Operation, ListPage, Question} from "./types.js" */

import { applying } from "./optimism.js";
import { belongs, isSearch, mayBringIn } from "./question.js";
import { readableItem } from "./text.js";

export const MOST_DOUBTS = 100; // so many ids fit into one question; with more the list is asked anew

/** Begin a list. What is known already of its top may be shown at once.
 * @param {Question} question @param {readonly Item[]} [seed] @returns {Listing} */
export const begun = (question, seed = []) => ({
  question,
  items: seed,
  floor: seed.at(-1)?.seq ?? Infinity,
  isLoaded: false,
  hasMore: true,
  doubts: [],
  isStale: false,
  kept: new Set(),
});

/** Lay items over those held: one entry an id, the higher number wins.
 * @param {readonly Item[]} held @param {readonly Item[]} given */
function merged(held, given) {
  const byId = new Map(held.map((item) => [item.id, item]));
  for (const item of given) {
    const known = byId.get(item.id);
    if (known === undefined || item.seq >= known.seq) byId.set(item.id, readableItem(item));
  }
  return [...byId.values()].sort((a, b) => b.seq - a.seq);
}

/** How far down the list reaches with this page. @param {ListPage} page */
const bottom = (page) => (page.next === null ? -1 : page.next);

/** Take the next older page. @param {Listing} listing @param {ListPage} page @returns {Listing} */
export const continued = (listing, page) => ({
  ...listing,
  items: merged(listing.items, page.items),
  floor: bottom(page),
  isLoaded: true,
  hasMore: page.next !== null,
});

/** Take the top anew: what was held is forgotten, because nobody knows what happened to it meanwhile.
 * @param {Listing} listing @param {ListPage} page @returns {Listing} */
export const renewed = (listing, page) => continued({ ...begun(listing.question), kept: listing.kept }, page);

/** Take new deliveries. @param {Listing} listing @param {readonly Item[]} arrived @returns {Listing} */
export function delivered(listing, arrived) {
  const held = new Set(listing.items.map(({ id }) => id));
  const concerned = arrived.filter((item) => held.has(item.id) || belongs(item, listing.question));
  if (concerned.length === 0) return listing;
  const kept = new Set([...listing.kept].filter((id) => !concerned.some((item) => item.id === id)));
  if (!isSearch(listing.question)) return { ...listing, kept, items: merged(listing.items, concerned) };
  return doubting({ ...listing, kept }, concerned);
}

/** @param {Listing} listing @param {readonly {id: string}[]} items @returns {Listing} */
function doubting(listing, items) {
  const doubts = [...new Set([...listing.doubts, ...items.map(({ id }) => id)])];
  return doubts.length > MOST_DOUBTS ? { ...listing, doubts: [], isStale: true } : { ...listing, doubts };
}

/** Take changes of older items: those held change, others may come in.
 * @param {Listing} listing @param {readonly ChangedItem[]} changes @returns {Listing} */
export function changed(listing, changes) {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const held = new Set(listing.items.map(({ id }) => id));
  const strangers = changes.filter(
    (change) => !held.has(change.id) && mayBringIn(change, listing.question.view),
  );
  const isTouched = changes.some(({ id }) => held.has(id));
  const items = isTouched
    ? listing.items.map((item) => (byId.has(item.id) ? { ...item, ...byId.get(item.id) } : item))
    : listing.items;
  const next = isTouched ? { ...listing, items } : listing;
  return strangers.length > 0 ? doubting(next, strangers) : next;
}

/** Let an accepted operation become part of the list. @param {Listing} listing @param {Operation} operation */
export function settled(listing, operation) {
  const apply = applying(operation, {});
  const items = listing.items.map(apply);
  return items.some((item, index) => item !== listing.items[index]) ? { ...listing, items } : listing;
}

/** Doubts are asked about: from here on only new ones are left. @param {Listing} listing @returns {Listing} */
export const asking = (listing) => ({ ...listing, doubts: [] });

/** Take the answer about doubtful ones. @param {Listing} listing
 * @param {readonly string[]} ids that were asked about
 * @param {readonly Item[]} found those of them that belong @returns {Listing} */
export function cleared(listing, ids, found) {
  const reached = found.filter((item) => item.seq > listing.floor || !listing.hasMore);
  const stays = new Set(found.map(({ id }) => id));
  const gone = new Set(isSearch(listing.question) ? ids.filter((id) => !stays.has(id)) : []);
  return { ...listing, items: merged(listing.items.filter(({ id }) => !gone.has(id)), reached) };
}

/** Keep what a person opens where it is: in the view of the unread it would vanish under their eyes.
 * @param {Listing} listing @param {readonly string[]} ids @returns {Listing} */
export const keeping = (listing, ids) =>
  listing.question.view === "unread" ? { ...listing, kept: new Set([...listing.kept, ...ids]) } : listing;

/** Come back to it: what was kept for the eyes may go. @param {Listing} listing @returns {Listing} */
export const revisited = (listing) => (listing.kept.size === 0 ? listing : { ...listing, kept: new Set() });

/** Show the list as it will be when everything waiting has been accepted.
 * @param {Listing} listing @param {readonly Operation[]} operations @returns {Item[]} */
export function shown({ items, question, kept }, operations) {
  const waiting = operations.map((operation) => applying(operation, { pending: true }));
  const seen = waiting.length === 0 ? items : items.map((item) => waiting.reduce((now, apply) => apply(now), item));
  const inbox = /** @type {Question} */ ({ ...question, view: "inbox" });
  return seen.filter((item) => belongs(item, question) || (kept.has(item.id) && belongs(item, inbox)));
}
