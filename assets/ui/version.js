// Which pages these are, whether the server has newer ones, and whether a tab may fetch them by itself.
// Pure: what the tab has seen of its person is given. No React, no browser globals.
// Used by version.jsx; a test holds the table.

/** @import {Build} from "../live/types.js" */

/** How a tab was used: in milliseconds of one clock, null for never.
 * @typedef {{shownAt: number | null, touchedAt: number | null, now: number, isUnsent: boolean}} Use */

const JUST_MS = 10_000; // a tab that comes back connects again and learns it within this time

/** Read what the build wrote into the page. @param {unknown} written @returns {Build | null} */
export function readBuild(written) {
  return typeof written === "string" && written !== "" ? JSON.parse(written) : null;
}

/** Tell whether the server's pages are newer. Amid a rolling deploy a new page may meet the old server: that is no news.
 * @param {Build | null} mine @param {Build | null} theirs */
export function isOutdated(mine, theirs) {
  if (mine === null || theirs === null || mine.id === theirs.id) return false;
  return Date.parse(mine.made_at) < Date.parse(theirs.made_at);
}

/** A tab may load itself again only in the moment in which somebody comes back to it, before anything is touched, and
 * with nothing unsent: then nobody loses a place or a word. @param {Use} use */
export function mayReload({ shownAt, touchedAt, now, isUnsent }) {
  if (isUnsent || shownAt === null || now - shownAt > JUST_MS) return false;
  return touchedAt === null || touchedAt < shownAt;
}
