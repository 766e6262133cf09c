// What may disturb somebody: the one rule for toast, sound and desktop.
// Pure: the item, what was chosen and the time come in. Everything arrives and counts in any case; this is about noise.
// Called by news.jsx.

/** @import {Choices, QuietHours} from "./choices.js" */

const URGENT = 5;
const MINUTES = 60;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** @typedef {{priority: number, category: string | null, source: string | null}} Heard */

/** @param {string} clock "22:00" */
function minutesOf(clock) {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * MINUTES + minutes;
}

/** @param {string | null} zone */
function clockIn(zone) {
  const options = /** @type {const} */ ({ weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone ?? undefined });
  } catch {
    return new Intl.DateTimeFormat("en-US", options); // a zone this browser does not know: its own will have to do
  }
}

/** The day of the week, 1 is Monday, and the minute of the day, there and then.
 * @param {number} now @param {string | null} zone @returns {[day: number, minute: number]} */
function wallClock(now, zone) {
  const parts = new Map(clockIn(zone).formatToParts(now).map(({ type, value }) => [type, value]));
  const minute = minutesOf(`${parts.get("hour")}:${parts.get("minute")}`);
  return [DAYS.indexOf(parts.get("weekday") ?? "") + 1, minute];
}

/**
 * Whether these are quiet hours. Hours across midnight belong to the day they begin on; equal ends are a whole day.
 * @param {QuietHours} quiet
 * @param {number} now
 */
export function isQuiet(quiet, now) {
  if (!quiet.on) return false;
  const [day, minute] = wallClock(now, quiet.time_zone);
  const [begin, end] = [minutesOf(quiet.begin), minutesOf(quiet.end)];
  const hasBegun = quiet.days.includes(day) && minute >= begin;
  if (begin < end) return hasBegun && minute < end;
  const dayBefore = day === 1 ? 7 : day - 1;
  return hasBegun || (quiet.days.includes(dayBefore) && minute < end);
}

/** @param {Heard} item @param {Choices} choices */
function treatment({ category, source }, { categories, sources }) {
  const both = [category === null ? undefined : categories[category], source === null ? undefined : sources[source]];
  return both.includes("muted") ? "muted" : both.includes("followed") ? "followed" : "plain";
}

/**
 * How loud an arrival is. What is muted is never heard; what is followed is heard however low its priority; quiet hours
 * silence everything but the urgent, and that too if the person wants so.
 * @param {Heard} item
 * @param {Choices} choices
 * @param {number} now
 * @param {boolean} [isReplay] it was missed: told, but nothing rings for what is long past
 * @returns {{toast: boolean, sound: boolean, desktop: boolean}}
 */
export function loudness(item, choices, now, isReplay = false) {
  const kind = treatment(item, choices);
  const isWanted = kind === "followed" || (kind === "plain" && item.priority >= choices.toast_priority);
  const breaksThrough = item.priority === URGENT && choices.quiet.urgent_breaks;
  const isHeard = isWanted && (breaksThrough || !isQuiet(choices.quiet, now));
  return { toast: isHeard, sound: isHeard && choices.sound && !isReplay, desktop: isHeard && !isReplay };
}
