// How a moment is said: short for the eye, long for the ear, and under which day it belongs.
// Pure: the time comes in as a number, nothing is read from the page.
// Called by time.jsx and feed.js.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The words are English; whether it is 14:02 or 2:02 pm is the reader's own habit. */
const hourCycle = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle;

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const clock = format({ hour: hourCycle === "h12" ? "numeric" : "2-digit", minute: "2-digit", hourCycle });
const weekdayInFull = format({ weekday: "long" });
const date = format({ day: "numeric", month: "short" });
const dateInFull = format({ weekday: "long", day: "numeric", month: "long" });
const dateOfYear = format({ day: "numeric", month: "short", year: "numeric" });
const full = format({ dateStyle: "full", timeStyle: "medium", hourCycle });

/** @param {number} moment */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/**
 * Count the midnights between two moments. Rounded, because a day of the clock change has 23 or 25 hours.
 * @param {number} moment
 * @param {number} now
 */
const daysBetween = (moment, now) => Math.round((midnight(now) - midnight(moment)) / DAY);

/** @param {number} count @param {string} unit */
const plural = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** @param {number} moment @param {number} now */
const sameYear = (moment, now) => new Date(moment).getFullYear() === new Date(now).getFullYear();

/**
 * For the eye: "now", "4 min", "14:02". The day stands above the row, as a heading.
 * @param {number} moment
 * @param {number} now
 */
export function shortAge(moment, now) {
  const age = now - moment;
  if (age < MINUTE) return "now"; // also when the server's clock is a little ahead of ours
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  return clock.format(moment);
}

/**
 * For the ear: "just now", "4 minutes ago", "3 hours ago", "yesterday at 14:02", "12 Oct 2025 at 14:02".
 * @param {number} moment
 * @param {number} now
 */
export function longAge(moment, now) {
  const age = now - moment;
  if (age < MINUTE) return "just now";
  if (age < HOUR) return `${plural(Math.floor(age / MINUTE), "minute")} ago`;
  const days = daysBetween(moment, now);
  if (days === 0) return `${plural(Math.floor(age / HOUR), "hour")} ago`;
  if (days === 1) return `yesterday at ${clock.format(moment)}`;
  return `${dateOfYear.format(moment)} at ${clock.format(moment)}`;
}

/** @param {number} moment */
export const exactTime = (moment) => full.format(moment);

/** @param {number} moment @param {number} now */
export const clockTime = (moment, now) =>
  daysBetween(moment, now) === 0 ? clock.format(moment) : `${date.format(moment)}, ${clock.format(moment)}`;

/**
 * The heading of a day: "Today", "Yesterday", "Tuesday", "Thursday 12 October", "12 Oct 2025".
 * @param {number} moment
 * @param {number} now
 */
export function dayName(moment, now) {
  const days = daysBetween(moment, now);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return weekdayInFull.format(moment);
  return (sameYear(moment, now) ? dateInFull : dateOfYear).format(moment);
}
