// Bursts of one source are folded; what matters stays in sight.

import assert from "node:assert/strict";
import { test } from "node:test";
import { byDay, folded, isFold } from "../../assets/ui/feed.js";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const item = (number, more = {}) => {
  const at = new Date(NOW - number * 60_000).toISOString();
  return { id: `n${number}`, created_at: at, updated_at: at, count: 1, source: "backup", level: "info", priority: 2, pinned_at: null, ...more };
};
const several = (count, more = {}) => Array.from({ length: count }, (_, index) => item(index, more));

const drawn = (items, opened) =>
  folded(byDay(items, NOW), opened).flatMap(({ items: rows }) =>
    rows.map((row) => (isFold(row) ? `${row.burst.ids.length} more from ${row.burst.source}` : row.id)),
  );

test("six of one source are one and five more", () => {
  assert.deepEqual(drawn(several(6)), ["n0", "5 more from backup"]);
});

test("five are shown: they are read faster than unfolded", () => {
  assert.deepEqual(drawn(several(5)), ["n0", "n1", "n2", "n3", "n4"]);
});

test("an opened burst shows all of them in place", () => {
  assert.deepEqual(drawn(several(6), new Set(["burst n5"])), ["n0", "5 more from backup", "n1", "n2", "n3", "n4", "n5"]);
});

test("a new one on top does not close what was opened", () => {
  const key = (items) => folded(byDay(items, NOW))[0].items.find(isFold).id;
  assert.equal(key(several(6)), key([item(-1), ...several(6)]));
});

test("another source, another level, normal and pinned ones stand by themselves", () => {
  for (const more of [{ source: "deploys" }, { level: "error" }, { priority: 3 }, { pinned_at: "2026-11-23T12:00:00Z" }]) {
    const items = several(13);
    items[6] = { ...items[6], ...more };
    assert.deepEqual(drawn(items), ["n0", "5 more from backup", "n6", "n7", "5 more from backup"]);
  }
});

test("those without a source, and those of a whole day, are no burst", () => {
  assert.equal(drawn(several(8, { source: null })).length, 8);
  const hourly = several(8).map((each, index) => ({ ...each, created_at: new Date(NOW - index * 3_600_000).toISOString() }));
  assert.equal(drawn(hourly).filter((name) => name.includes("more")).length, 0);
});
