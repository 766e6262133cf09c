// When a put-off notification comes back, in words that people use, and in the reader's own time zone.
// Pure: now and the zone come in as values. The clock changes are reckoned with: 09:00 is 09:00 on that day.
// Called by snooze.jsx and row.py.

import { hourCycle } from "./ages.js";
import { inWords, locale } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MORNING = 9;
const EVENING = 18;
const NIGHT_ENDS = 5; // who is awake at three still calls the coming morning "this morning"
const LATEST = 22; // nobody wants to be called back to work after that
const MONDAY = 1;

/** @typedef {{year: number, month: number, day: number, hour: number, minute: number, weekday: number}} Wall
 * @typedef {{key: string, name: string, at: number}} Choice
 * @typedef {Intl.ResolvedDateTimeFormatOptions["hourCycle"]} Cycle */

/** The zone that was chosen, or that of the browser: also when it does not know the chosen one.
 * @param {string | null} [chosen] */
export function zoneOfReader(chosen) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: chosen ?? undefined }).resolvedOptions().timeZone;
  } catch {
    return new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
  }
}

/** What the clock on the wall says. @param {number} moment @param {string} zone @returns {Wall} */
export function wallOf(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(moment);
  const number = (/** @type {string} */ kind) => Number(parts.find(({ type }) => type === kind)?.value);
  const [year, month, day] = [number("year"), number("month"), number("day")];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, hour: number("hour"), minute: number("minute"), weekday };
}

/** How far the wall is ahead of UTC at a moment. @param {number} moment @param {string} zone */
function aheadOfUtc(moment, zone) {
  const { year, month, day, hour, minute } = wallOf(moment, zone);
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(moment / MINUTE) * MINUTE;
}

/** The moment at which the wall shows this. A time that a clock change skips is the one an hour later; of one that
 * comes twice it is the first. @param {{year: number, month: number, day: number}} date @param {number} hour
 * @param {string} zone @param {number} [minute] */
export function momentOf({ year, month, day }, hour, zone, minute = 0) {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const candidates = [asUtc - aheadOfUtc(asUtc - DAY, zone), asUtc - aheadOfUtc(asUtc + DAY, zone)];
  const exact = candidates.filter((moment) => {
    const wall = wallOf(moment, zone);
    return wall.hour === hour && wall.minute === minute;
  });
  return exact.length ? Math.min(...exact) : Math.max(...candidates);
}

/** The same wall some days later. @param {Wall} wall @param {number} days */
function daysLater(wall, days) {
  const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Today at six, or in three hours when that is too near; nothing late in the evening.
 * @param {Wall} wall */
function hourLaterToday(wall) {
  if (wall.hour < EVENING - 1) return EVENING;
  const inThreeHours = wall.hour + (wall.minute > 0 ? 4 : 3);
  return inThreeHours <= LATEST ? inThreeHours : null;
}

/** The next Monday that is not tomorrow. @param {Wall} wall */
function daysToMonday(wall) {
  const days = (MONDAY - wall.weekday + 7) % 7;
  return days < 2 ? days + 7 : days;
}

/** What is offered now, soonest first, named as people speak: "Tomorrow · 09:00".
 * @param {number} now @param {string} [zone] @param {Cycle} [cycle] @returns {Choice[]} */
export function choices(now, zone = zoneOfReader(), cycle = hourCycle()) {
  const wall = wallOf(now, zone);
  const evening = hourLaterToday(wall);
  const days = daysToMonday(wall);
  /** @param {string} key @param {string} name @param {number} later @param {number} hour */
  const at = (key, name, later, hour) => {
    const moment = momentOf(daysLater(wall, later), hour, zone);
    return { key, name: `${name} · ${clockOf(moment, zone, cycle)}`, at: moment };
  };
  return [
    ...(wall.hour < NIGHT_ENDS ? [at("morning", inWords("This morning"), 0, MORNING)] : []),
    ...(evening === null ? [] : [at("today", inWords("Later today"), 0, evening)]),
    at("tomorrow", inWords("Tomorrow"), 1, MORNING),
    at("monday", days > 6 ? inWords("Next Monday") : inWords("Monday"), days, MORNING),
  ];
}

/** @param {string} zone @param {Intl.DateTimeFormatOptions} options */
const format = (zone, options) => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });

/** @param {number} moment @param {string} zone @param {Cycle} hourCycle */
function clockOf(moment, zone, hourCycle) {
  const hour = hourCycle === "h12" ? "numeric" : "2-digit";
  return format(zone, { hour, minute: "2-digit", hourCycle }).format(moment);
}

/** @param {Wall} wall */
const dayNumber = ({ year, month, day }) => Date.UTC(year, month - 1, day) / DAY;

/** Until when, in words: "18:00", "tomorrow 09:00", "Mon 09:00", "3 Dec, 09:00".
 * @param {number} moment @param {number} now @param {string} [zone] @param {Cycle} [cycle] */
export function untilInWords(moment, now, zone = zoneOfReader(), cycle = hourCycle()) {
  const time = clockOf(moment, zone, cycle);
  const days = dayNumber(wallOf(moment, zone)) - dayNumber(wallOf(now, zone));
  if (days === 0) return time;
  if (days === 1) return inWords("tomorrow {time}", { time });
  const near = days > 0 && days < 7;
  const day = format(zone, near ? { weekday: "short" } : { day: "numeric", month: "short" }).format(moment);
  return near ? `${day} ${time}` : `${day}, ${time}`;
}

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** As a field for date and time wants it: "2026-11-24T09:00". @param {number} moment @param {string} [zone] */
export function fieldOf(moment, zone = zoneOfReader()) {
  const { year, month, day, hour, minute } = wallOf(moment, zone);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** What somebody put into that field; null when it is no moment. @param {string} field @param {string} [zone] */
export function momentOfField(field, zone = zoneOfReader()) {
  const found = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(field)?.slice(1).map(Number);
  if (found === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found;
  return momentOf({ year, month, day }, hour, zone, minute);
}
