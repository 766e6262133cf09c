// Snoozing in words, at all hours of the day, across clock changes, wherever somebody lives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, fieldOf, momentOf, momentOfField, untilInWords, zoneOfReader } from "../../assets/ui/snooze.js";

const BERLIN = "Europe/Berlin";
const offered = (at, zone) =>
  choices(Date.parse(at), zone, "h23").map(({ name, at: moment }) => `${name} = ${new Date(moment).toISOString().slice(0, 16)}`);

const TABLE = [
  ["a morning in the week", "2026-11-24T09:00+01:00", BERLIN, [
    "Later today · 18:00 = 2026-11-24T17:00",
    "Tomorrow · 09:00 = 2026-11-25T08:00",
    "Monday · 09:00 = 2026-11-30T08:00",
  ]],
  ["shortly before six: in about three hours", "2026-11-24T17:20+01:00", BERLIN, [
    "Later today · 21:00 = 2026-11-24T20:00",
    "Tomorrow · 09:00 = 2026-11-25T08:00",
    "Monday · 09:00 = 2026-11-30T08:00",
  ]],
  ["late in the evening there is no later today", "2026-11-24T21:30+01:00", BERLIN, [
    "Tomorrow · 09:00 = 2026-11-25T08:00",
    "Monday · 09:00 = 2026-11-30T08:00",
  ]],
  ["at night the morning is near", "2026-11-25T02:10+01:00", BERLIN, [
    "This morning · 09:00 = 2026-11-25T08:00",
    "Later today · 18:00 = 2026-11-25T17:00",
    "Tomorrow · 09:00 = 2026-11-26T08:00",
    "Monday · 09:00 = 2026-11-30T08:00",
  ]],
  ["on a Sunday tomorrow is Monday, so the other Monday is meant", "2026-11-29T12:00+01:00", BERLIN, [
    "Later today · 18:00 = 2026-11-29T17:00",
    "Tomorrow · 09:00 = 2026-11-30T08:00",
    "Next Monday · 09:00 = 2026-12-07T08:00",
  ]],
  ["on a Monday it is the next one", "2026-11-23T12:00+01:00", BERLIN, [
    "Later today · 18:00 = 2026-11-23T17:00",
    "Tomorrow · 09:00 = 2026-11-24T08:00",
    "Next Monday · 09:00 = 2026-11-30T08:00",
  ]],
  ["the night before the clock goes forward", "2026-03-28T20:00+01:00", BERLIN, [
    "Tomorrow · 09:00 = 2026-03-29T07:00",
    "Monday · 09:00 = 2026-03-30T07:00",
  ]],
  ["the night before the clock goes back", "2026-10-24T14:00+02:00", BERLIN, [
    "Later today · 18:00 = 2026-10-24T16:00",
    "Tomorrow · 09:00 = 2026-10-25T08:00",
    "Monday · 09:00 = 2026-10-26T08:00",
  ]],
  ["the day of the change itself, before it", "2026-03-29T01:30+01:00", BERLIN, [
    "This morning · 09:00 = 2026-03-29T07:00",
    "Later today · 18:00 = 2026-03-29T16:00",
    "Tomorrow · 09:00 = 2026-03-30T07:00",
    "Next Monday · 09:00 = 2026-04-06T07:00",
  ]],
  ["the last evening of the year", "2026-12-31T18:30-05:00", "America/New_York", [
    "Later today · 22:00 = 2027-01-01T03:00",
    "Tomorrow · 09:00 = 2027-01-01T14:00",
    "Monday · 09:00 = 2027-01-04T14:00",
  ]],
  ["half an hour off the full ones", "2026-11-24T10:00+05:30", "Asia/Kolkata", [
    "Later today · 18:00 = 2026-11-24T12:30",
    "Tomorrow · 09:00 = 2026-11-25T03:30",
    "Monday · 09:00 = 2026-11-30T03:30",
  ]],
];

for (const [name, now, zone, expected] of TABLE)
  test(name, () => assert.deepEqual(offered(now, zone), expected));

test("every choice is in the future, at every quarter of an hour of a year, in four zones", () => {
  for (const zone of [BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
    for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2027, 0, 1); now += 11 * 15 * 60_000) {
      const moments = choices(now, zone).map(({ at }) => at);
      assert.ok(moments.every((moment) => moment > now), `${zone} ${new Date(now).toISOString()}`);
      assert.deepEqual(moments, [...new Set(moments)].sort((a, b) => a - b));
    }
});

test("a time that the clock skips is an hour later, one that comes twice is the first", () => {
  const skipped = momentOf({ year: 2026, month: 3, day: 29 }, 2, BERLIN, 30);
  assert.equal(new Date(skipped).toISOString(), "2026-03-29T01:30:00.000Z");
  const twice = momentOf({ year: 2026, month: 10, day: 25 }, 2, BERLIN, 30);
  assert.equal(new Date(twice).toISOString(), "2026-10-25T00:30:00.000Z");
});

test("until when, as one says it", () => {
  const now = Date.parse("2026-11-23T12:00Z");
  const said = (at) => untilInWords(Date.parse(at), now, "UTC", "h23");
  assert.equal(said("2026-11-23T18:00Z"), "18:00");
  assert.equal(said("2026-11-24T09:00Z"), "tomorrow 09:00");
  assert.equal(said("2026-11-28T09:00Z"), "Sat 09:00");
  assert.equal(said("2026-11-30T09:00Z"), "30 Nov, 09:00");
});

test("what is picked is what was shown, in the reader's zone", () => {
  const moment = Date.parse("2026-11-24T08:00Z");
  assert.equal(fieldOf(moment, BERLIN), "2026-11-24T09:00");
  assert.equal(momentOfField("2026-11-24T09:00", BERLIN), moment);
  for (const nothing of ["", "soon", "2026-11-24"]) assert.equal(momentOfField(nothing, BERLIN), null);
});

test("a zone that was chosen counts, and one that nobody knows does not hurt", () => {
  assert.equal(zoneOfReader(BERLIN), BERLIN);
  for (const none of [null, undefined, "Mars/Olympus"]) assert.equal(zoneOfReader(none), zoneOfReader());
});
