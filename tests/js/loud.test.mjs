// What may disturb somebody: the rule as a table, quiet hours in whatever zone, and how a choice is made.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, createChooser, DEFAULTS, treated, without } from "../../assets/ui/choices.js";
import { isQuiet, loudness } from "../../assets/ui/loud.js";
import { settle } from "./world.mjs";

const NOON = Date.UTC(2026, 10, 23, 12, 0); // a Monday
const NIGHT = Date.UTC(2026, 10, 23, 23, 0);
const SILENT = { toast: false, sound: false, desktop: false };
const TOLD = { toast: true, sound: false, desktop: true };
const SOUNDING = { toast: true, sound: true, desktop: true };

const item = (more = {}) => ({ priority: 3, category: "deploys", source: "ci", ...more });
const chosen = (changes) => changed(DEFAULTS, changes);
const night = { on: true, begin: "22:00", end: "07:00", time_zone: "UTC" };

const TABLE = [
  ["by default the normal is told, without a sound", {}, {}, NOON, TOLD],
  ["by default the quiet is not told", { priority: 1 }, {}, NOON, SILENT],
  ["with the lowest bar everything is told", { priority: 1 }, { toast_priority: 1 }, NOON, TOLD],
  ["below the bar nothing is told", { priority: 3 }, { toast_priority: 4 }, NOON, SILENT],
  ["at the bar it is", { priority: 4 }, { toast_priority: 4 }, NOON, TOLD],
  ["a sound comes with what is told", {}, { sound: true }, NOON, SOUNDING],
  ["no sound without being told", { priority: 1 }, { sound: true }, NOON, SILENT],
  ["a muted category is silent", {}, { categories: { deploys: "muted" } }, NOON, SILENT],
  ["a muted source is silent", {}, { sources: { ci: "muted" }, sound: true }, NOON, SILENT],
  ["muted is stronger than urgent", { priority: 5 }, { sources: { ci: "muted" } }, NOON, SILENT],
  ["muted is stronger than followed", {}, { sources: { ci: "muted" }, categories: { deploys: "followed" } }, NOON, SILENT],
  ["what is followed is told below the bar", { priority: 1 }, { categories: { deploys: "followed" } }, NOON, TOLD],
  ["another category's wish is not this one's", {}, { categories: { alarms: "muted" } }, NOON, TOLD],
  ["no category is no category's name", { category: null, source: null }, { categories: { null: "muted" } }, NOON, TOLD],
  ["a name from the prototype is no wish", { category: "constructor" }, {}, NOON, TOLD],
  ["quiet hours silence", {}, { quiet: night, sound: true }, NIGHT, SILENT],
  ["also what is followed", {}, { quiet: night, sources: { ci: "followed" } }, NIGHT, SILENT],
  ["outside of them nothing is silenced", {}, { quiet: night }, NOON, TOLD],
  ["the urgent breaks through", { priority: 5 }, { quiet: night }, NIGHT, TOLD],
  ["unless it is told not to", { priority: 5 }, { quiet: { ...night, urgent_breaks: false } }, NIGHT, SILENT],
  ["quiet hours that are off are none", {}, { quiet: { ...night, on: false } }, NIGHT, TOLD],
];

for (const [words, more, changes, now, wanted] of TABLE)
  test(words, () => assert.deepEqual(loudness(item(more), chosen(changes), now), wanted));

test("what was missed is told and does not ring", () => {
  assert.deepEqual(loudness(item(), chosen({ sound: true }), NOON, true), { toast: true, sound: false, desktop: false });
});

/** Whether it is quiet on a day of that week (23 is Monday) at that time, in UTC. */
const quietAt = (quiet, day, hour, minute = 0) =>
  isQuiet({ ...DEFAULTS.quiet, ...night, ...quiet }, Date.UTC(2026, 10, day, hour, minute));

test("hours across midnight begin and end to the minute", () => {
  assert.deepEqual(
    [[21, 59], [22, 0], [23, 59], [0, 0], [6, 59], [7, 0]].map(([hour, minute]) => quietAt({}, 24, hour, minute)),
    [false, true, true, true, true, false],
  );
});

test("hours across midnight belong to the day they begin on", () => {
  const monday = { days: [1] };
  assert.equal(quietAt(monday, 23, 6), false); // the morning belongs to Sunday's night
  assert.equal(quietAt(monday, 23, 23), true);
  assert.equal(quietAt(monday, 24, 6), true);
  assert.equal(quietAt(monday, 24, 23), false);
  assert.equal(quietAt({ days: [7] }, 23, 6), true); // Sunday's night ends on Monday
  assert.equal(quietAt({ days: [] }, 23, 23), false);
});

test("hours within a day, and a whole day", () => {
  const lunch = { begin: "12:00", end: "13:00" };
  assert.deepEqual([11, 12, 13].map((hour) => quietAt(lunch, 23, hour)), [false, true, false]);
  const always = { begin: "09:00", end: "09:00", days: [6] };
  assert.deepEqual([[28, 8], [28, 9], [29, 8], [29, 9]].map(([day, hour]) => quietAt(always, day, hour)), [false, true, true, false]);
});

test("the hours are those of the person's zone, also where its day is another", () => {
  const tokyo = { time_zone: "Asia/Tokyo", days: [2] }; // 14:00 UTC on Monday is 23:00 on Monday there, 15:00 is Tuesday
  assert.equal(quietAt(tokyo, 23, 14), false);
  assert.equal(quietAt(tokyo, 24, 14), true);
  assert.equal(quietAt(tokyo, 24, 21, 59), true); // 06:59 on Wednesday
  assert.equal(quietAt(tokyo, 24, 22), false);
});

test("the clock change moves the hours along", () => {
  const berlin = { ...DEFAULTS.quiet, ...night, time_zone: "Europe/Berlin" };
  assert.equal(isQuiet(berlin, Date.UTC(2026, 2, 28, 21, 30)), true); // 22:30, winter
  assert.equal(isQuiet(berlin, Date.UTC(2026, 2, 29, 5, 30)), false); // 07:30, summer since two hours
  assert.equal(isQuiet(berlin, Date.UTC(2026, 2, 29, 20, 30)), true); // 22:30, summer
});

test("a zone that this browser does not know is not the end", () => {
  assert.equal(typeof quietAt({ time_zone: "Atlantic/Atlantis" }, 23, 23), "boolean");
});

test("to say nothing of a category any more forgets it", () => {
  assert.deepEqual(treated({ a: "muted" }, "b", "followed"), { a: "muted", b: "followed" });
  assert.deepEqual(treated({ a: "muted" }, "a", ""), {});
});

function choosing() {
  const sent = [];
  const shown = [];
  let refusals = 0;
  const chooser = createChooser({
    put: (choices) => new Promise((resolve) => sent.push({ choices, resolve })),
    show: (choices) => shown.push(choices),
    refused: () => (refusals += 1),
  });
  return { chooser, sent, shown, refusals: () => refusals };
}

test("what is dismissed is written as the server keeps it: each once, sorted", () => {
  assert.deepEqual(without([], ["test"]), ["test"]);
  assert.deepEqual(without(["test"], ["bring", "test"]), ["bring", "test"]);
});

test("a choice is shown at once and sent", async () => {
  const { chooser, sent, shown } = choosing();
  chooser.heard({});
  chooser.choose({ theme: "dark" });
  assert.equal(shown.at(-1).theme, "dark");
  assert.equal(sent[0].choices.theme, "dark");
  sent[0].resolve(true);
  await settle();
  assert.equal(chooser.current().theme, "dark");
});

test("quick choices are sent one after the other, the last one whole", async () => {
  const { chooser, sent } = choosing();
  chooser.heard({});
  chooser.choose({ theme: "dark" });
  chooser.choose({ sound: true });
  chooser.choose({ quiet: { begin: "21:00" } });
  assert.equal(sent.length, 1);
  sent[0].resolve(true);
  await settle();
  assert.equal(sent.length, 2);
  assert.deepEqual([sent[1].choices.theme, sent[1].choices.sound, sent[1].choices.quiet.begin], ["dark", true, "21:00"]);
  assert.equal(sent[1].choices.quiet.end, "07:00");
});

test("the echo of an earlier choice does not bring it back", async () => {
  const { chooser, sent, shown } = choosing();
  chooser.heard({});
  chooser.choose({ theme: "dark" });
  chooser.choose({ density: "compact" });
  sent[0].resolve(true);
  await settle();
  sent[1].resolve(true);
  await settle();
  chooser.heard(sent[0].choices);
  assert.equal(shown.at(-1).density, "compact");
  chooser.heard(sent[1].choices);
  assert.equal(chooser.current().density, "compact");
  chooser.heard({ theme: "light" }); // another device, later
  assert.equal(chooser.current().theme, "light");
});

test("what the server refuses is taken back and said", async () => {
  const { chooser, sent, shown, refusals } = choosing();
  chooser.heard({ theme: "light" });
  chooser.choose({ theme: "dark" });
  sent[0].resolve(false);
  await settle();
  assert.deepEqual([shown.at(-1).theme, chooser.current().theme, refusals()], ["light", "light", 1]);
});

test("what another device chose is followed, but not over what is being chosen here", async () => {
  const { chooser, sent, shown } = choosing();
  assert.equal(chooser.isKnown(), false);
  chooser.heard({ theme: "dark" });
  assert.deepEqual([chooser.isKnown(), shown.at(-1).theme], [true, "dark"]);
  chooser.choose({ theme: "light" });
  chooser.heard({ theme: "dark", sound: true });
  assert.equal(shown.at(-1).theme, "light");
  sent[0].resolve(true);
  await settle();
  assert.equal(chooser.current().theme, "light");
});
