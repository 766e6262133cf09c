// How a moment is said: short for the eye, long for the ear, and under which day it belongs.
// The time comes in as a number, the language from words.js; nothing is read from the page.
// Called by time.jsx and feed.js.

import { inNumbers, inWords, onceEachLanguage } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whether it is 14:02 or 2:02 pm is the reader's own habit, in whatever language they read. */
export const hourCycle = onceEachLanguage(() => new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle);

/** @param {() => Intl.DateTimeFormatOptions} options */
const format = (options) => onceEachLanguage((place) => new Intl.DateTimeFormat(place, options()));

const hourOfClock = () => (hourCycle() === "h12" ? "numeric" : "2-digit");
const clock = format(() => ({ hour: hourOfClock(), minute: "2-digit", hourCycle: hourCycle() }));
const weekdayInFull = format(() => ({ weekday: "long" }));
const date = format(() => ({ day: "numeric", month: "short" }));
const dateInFull = format(() => ({ weekday: "long", day: "numeric", month: "long" }));
const dateOfYear = format(() => ({ day: "numeric", month: "short", year: "numeric" }));
const full = format(() => ({ dateStyle: "full", timeStyle: "medium", hourCycle: hourCycle() }));
const ago = onceEachLanguage((place) => new Intl.RelativeTimeFormat(place));

/** @param {number} moment */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/**
 * Count the midnights between two moments. Rounded, because a day of the clock change has 23 or 25 hours.
 * @param {number} moment
 * @param {number} now
 */
const daysBetween = (moment, now) => Math.round((midnight(now) - midnight(moment)) / DAY);

/** @param {number} moment @param {number} now */
const sameYear = (moment, now) => new Date(moment).getFullYear() === new Date(now).getFullYear();

/**
 * For the eye: "now", "4 min", "14:02". The day stands above the row, as a heading.
 * @param {number} moment
 * @param {number} now
 */
export function shortAge(moment, now) {
  const age = now - moment;
  if (age < MINUTE) return inWords("now"); // also when the server's clock is a little ahead of ours
  if (age < HOUR) return inWords("{minutes} min", { minutes: inNumbers(Math.floor(age / MINUTE)) });
  return clock().format(moment);
}

/**
 * For the ear: "just now", "4 minutes ago", "3 hours ago", "yesterday at 14:02", "12 Oct 2025 at 14:02".
 * @param {number} moment
 * @param {number} now
 */
export function longAge(moment, now) {
  const age = now - moment;
  if (age < MINUTE) return inWords("just now");
  if (age < HOUR) return ago().format(-Math.floor(age / MINUTE), "minute");
  const days = daysBetween(moment, now);
  if (days === 0) return ago().format(-Math.floor(age / HOUR), "hour");
  if (days === 1) return inWords("yesterday at {time}", { time: clock().format(moment) });
  return inWords("{date} at {time}", { date: dateOfYear().format(moment), time: clock().format(moment) });
}

/** @param {number} moment */
export const exactTime = (moment) => full().format(moment);

/** @param {number} moment @param {number} now */
export function clockTime(moment, now) {
  if (daysBetween(moment, now) === 0) return clock().format(moment);
  return inWords("{date}, {time}", { date: date().format(moment), time: clock().format(moment) });
}

/**
 * The heading of a day: "Today", "Yesterday", "Tuesday", "Thursday 12 October", "12 Oct 2025".
 * @param {number} moment
 * @param {number} now
 */
export function dayName(moment, now) {
  const days = daysBetween(moment, now);
  if (days <= 0) return inWords("Today");
  if (days === 1) return inWords("Yesterday");
  if (days < 7) return weekdayInFull().format(moment);
  return (sameYear(moment, now) ? dateInFull() : dateOfYear()).format(moment);
}

/** A round trip: "12 ms". @param {number} ms */
export const milliseconds = (ms) => inWords("{count} ms", { count: inNumbers(Math.round(ms)) });
