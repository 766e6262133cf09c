// What a page sees of the list it looks at: one array, the same one for as long as nothing in it changed.
// Pure composition of a listing and what waits to be acknowledged; decides nothing and asks nobody.
// Called by lists.js, and by view.js for the page before there is a list.

/** @import {Item, Listed, Listing, Operation} from "./types.js" */

import { shown } from "./listing.js";
import { INBOX } from "./question.js";

/** What a page shows before there is a list. @type {Listed} */
export const NOTHING_LISTED = Object.freeze({
  question: INBOX,
  listed: Object.freeze([]),
  listing: true,
  listedMore: false,
  listingMore: false,
  listingFailed: false,
});

/** @param {() => readonly Operation[]} operations that are laid over */
export function createPicture(operations) {
  /** @type {{listing: Listing, waiting: readonly Operation[], items: readonly Item[]} | null} */
  let drawn = null;

  /** @param {Listing} listing */
  function itemsOf(listing) {
    const waiting = operations();
    if (drawn?.listing === listing && drawn.waiting === waiting) return drawn.items;
    const next = shown(listing, waiting);
    const before = drawn?.items ?? [];
    const isSame = next.length === before.length && next.every((item, index) => item === before[index]);
    drawn = { listing, waiting, items: isSame ? before : next };
    return drawn.items;
  }

  return {
    /** @param {{listing: Listing, isAsking: boolean, isFailed: boolean}} place @returns {Listed} */
    of({ listing, isAsking, isFailed }) {
      const items = itemsOf(listing);
      const isWaiting = !listing.isLoaded && items.length === 0;
      return {
        question: listing.question,
        listed: items,
        listing: isWaiting && !isFailed,
        listedMore: listing.hasMore,
        listingMore: isAsking && listing.isLoaded,
        listingFailed: isFailed && isWaiting,
      };
    },

    forget() {
      drawn = null;
    },
  };
}
