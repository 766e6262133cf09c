// The lists of one tab: which one is looked at, and the few it looked at before, all kept true.
// No socket: pages are asked of the connection, wherever that lives. Where the address says what is looked at is no
// business of this file. Owned by port.js, which tells it what the connection says; the folds are in listing.js.

/** @import {HistoryAsked, Listed, Listing, ListPage, Moved, Question, Seen} from "./types.js" */

import * as listings from "./listing.js";
import { createPicture, NOTHING_LISTED } from "./listed.js";
import { IN_VIEW } from "./optimism.js";
import { asked, belongs, INBOX, isNarrowed, isSearch, keyOf, questionOf } from "./question.js";

const FIRST_ITEMS = 50; // more than any window shows
const MORE_ITEMS = 100; // the most the server gives at once: whoever scrolls wants to go on
const DOUBT_MS = 250; // what comes in one burst is asked about once
const REMEMBERED = 4; // lists that stay when one goes elsewhere, for the way back

/** @typedef {object} Needs
 * @property {(asked: HistoryAsked) => Promise<ListPage | null>} ask null when there is nobody to answer
 * @property {() => Seen} seen what the connection shows
 * @property {() => void} changed
 * @property {(work: () => void, ms: number) => unknown} setTimer */

/** @typedef {object} Place one list and what is under way for it
 * @property {Listing} listing
 * @property {boolean} isAsking for a page
 * @property {boolean} isDue the doubts, for an answer
 * @property {boolean} isFailed the last page did not come
 * @property {Moved[]} meanwhile what was heard while a page was on its way */

/** @param {Needs} needs */
export function createLists({ ask, seen, changed, setTimer }) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  let question = INBOX;
  /** @type {string | null} */
  let owner = null;
  const picture = createPicture(() => seen().operations);

  const here = () => places.get(keyOf(question));

  /** The inbox itself is known by the connection; its list begins when somebody looks further down.
   * @param {Question} wanted */
  const isLive = (wanted) => wanted.view === "inbox" && !isNarrowed(wanted);

  /** What the connection's newest items say already. @param {Question} wanted */
  function seed(wanted) {
    const isTop = (wanted.view === "inbox" || wanted.view === "unread") && !isSearch(wanted);
    const known = isTop ? seen().notifications.filter((item) => belongs(item, wanted)) : [];
    return known.map((item) => (item.pending ? { ...item, pending: false } : item)); // it is laid over again
  }

  /** @param {Question} wanted @returns {Place} */
  function open(wanted) {
    const key = keyOf(wanted);
    const known = places.get(key);
    places.delete(key); // to the end of the line: the last looked at is forgotten last
    const place = known ?? {
      listing: listings.begun(wanted, seed(wanted)),
      isAsking: false,
      isDue: false,
      isFailed: false,
      meanwhile: [],
    };
    place.listing = listings.revisited(place.listing);
    places.set(key, place);
    for (const old of [...places.keys()].slice(0, -REMEMBERED)) places.delete(old);
    return place;
  }

  /** @param {Place} place @param {Moved} moved */
  function hear(place, { arrived, changes, settled, isAnew }) {
    let listing = place.listing;
    if (arrived.length > 0) listing = listings.delivered(listing, arrived);
    if (changes.length > 0) listing = listings.changed(listing, changes);
    if (settled !== null) listing = listings.settled(listing, settled);
    place.listing = isAnew ? { ...listing, isStale: true } : listing;
  }

  /** @param {Place} place @param {boolean} isOlder */
  async function load(place, isOlder) {
    if (place.isAsking) return;
    place.isAsking = true;
    place.meanwhile = [];
    if (!isOlder) place.listing = { ...place.listing, isStale: false, doubts: [] };
    changed();
    const { question: wanted, floor } = place.listing;
    const below = isOlder && Number.isFinite(floor) ? { before: floor } : {};
    const page = await ask({ ...asked(wanted), ...below, limit: isOlder ? MORE_ITEMS : FIRST_ITEMS });
    place.isAsking = false;
    place.isFailed = page === null;
    if (page !== null) place.listing = (isOlder ? listings.continued : listings.renewed)(place.listing, page);
    for (const moved of place.meanwhile.splice(0)) hear(place, moved);
    if (page !== null) tend(place);
    changed();
  }

  /** @param {Place} place */
  async function clear(place) {
    place.isDue = false;
    const ids = place.listing.doubts;
    if (ids.length === 0) return;
    place.listing = listings.asking(place.listing);
    const found = await ask({ ...asked(place.listing.question), ids: [...ids], limit: 100 });
    if (found === null || found.next !== null) place.listing = { ...place.listing, isStale: true };
    else place.listing = listings.cleared(place.listing, ids, found.items);
    tend(place);
    changed();
  }

  /** Do what a list needs done. @param {Place} place */
  function tend(place) {
    if (place.listing.isStale && place === here() && seen().isConnected) return void load(place, false);
    if (place.listing.doubts.length === 0 || place.isDue) return;
    place.isDue = true;
    setTimer(() => void clear(place), DOUBT_MS);
  }

  /** Ask for what is missing of the list that is looked at. */
  function begin() {
    const place = here();
    if (place === undefined || !seen().isConnected) return;
    if (!place.listing.isLoaded && !isLive(question)) void load(place, false);
    else tend(place);
  }

  function forget() {
    places.clear();
    picture.forget();
    if (!isLive(question)) open(question);
  }

  return {
    /** @param {Partial<Record<keyof Question, unknown>>} wanted */
    lookAt(wanted) {
      const next = questionOf(wanted);
      if (keyOf(next) === keyOf(question) && (isLive(next) || here() !== undefined)) return;
      question = next;
      if (!isLive(next) || places.has(keyOf(next))) open(next);
      begin();
      changed();
    },

    loadMore() {
      if (!seen().isConnected) return;
      const place = here() ?? open(question);
      if (place.listing.hasMore && !place.isAsking) void load(place, true);
    },

    /** Something happened to the inbox. @param {Moved} moved */
    moved(moved) {
      for (const place of places.values()) {
        if (place.isAsking) place.meanwhile.push(moved);
        hear(place, moved);
        tend(place);
      }
    },

    /** Somebody opened these. @param {readonly string[]} ids */
    keep(ids) {
      const place = here();
      if (place !== undefined) place.listing = listings.keeping(place.listing, ids);
    },

    begin,

    /** Nothing of a list may stay for somebody else. Nobody is only hidden from. @param {string | null} user */
    belongTo(user) {
      if (user === null || user === owner) return;
      if (owner !== null) forget();
      owner = user;
    },

    forget,

    /** @returns {Listed} */
    show() {
      if (seen().user === null) return { ...NOTHING_LISTED, question };
      const place = here();
      if (place !== undefined) return picture.of(place);
      const { notifications, loading, hasMore } = seen();
      const listedMore = hasMore || notifications.length >= IN_VIEW;
      return { ...NOTHING_LISTED, question, listed: notifications, listing: loading, listedMore };
    },
  };
}
