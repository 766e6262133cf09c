// What this browser kept of a person's inbox, for the moment before anybody has answered.
// No browser globals and no connection: it is given the page's timing and a storage. Whose it is says the server, in a
// header of the page itself, so nothing is shown that the one who looks may not see.
// Called by tab.js for port.js.

import * as inboxes from "./inbox.js";
import { IN_VIEW, isInView, overlay } from "./optimism.js";

/** @import {Recalled, Storage} from "./types.js" */

const READER = "reader"; // as in tidings/api/pages.py

/** Read whom the server has made this page for; null when it is an old one that the browser had kept.
 * @param {PerformanceEntry | undefined} navigation */
export function readerOf(navigation) {
  const { type, serverTiming = [] } = /** @type {Partial<PerformanceNavigationTiming>} */ (navigation ?? {});
  if (type === "back_forward") return null;
  return serverTiming.find(({ name }) => name === READER)?.description || null;
}

/** Return what can be shown at once, with what waits to be sent laid over it.
 * @param {Storage} storage @param {string | null} reader @returns {Promise<Recalled | null>} */
export async function recall(storage, reader) {
  if (reader === null) return null;
  const [row, operations] = await Promise.all([storage.readCache(reader), storage.operations(reader)]);
  if (row === undefined) return null;
  const seen = overlay(inboxes.fromCache(row), operations);
  const notifications = seen.items.filter(isInView).slice(0, IN_VIEW);
  return { notifications, unread: seen.unread, hasMore: row.hasMore, user: { id: reader, name: row.name } };
}
