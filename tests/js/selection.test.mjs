// Selecting: one, a range, all, none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allOrNone, clear, extended, isSelected, kept, NONE, select, subscribe, toggled } from "../../assets/ui/selection.js";

const ORDER = ["a", "b", "c", "d", "e"];

test("one is taken in and out again", () => {
  const one = toggled(NONE, "b");
  assert.deepEqual(one, { ids: ["b"], anchor: "b" });
  assert.deepEqual(toggled(one, "b").ids, []);
});

test("a range goes from the anchor to here, in either direction, and adds", () => {
  assert.deepEqual(extended(toggled(NONE, "b"), ORDER, "d").ids, ["b", "c", "d"]);
  assert.deepEqual(extended(toggled(toggled(NONE, "e"), "c"), ORDER, "a").ids.toSorted(), ["a", "b", "c", "e"]);
});

test("a range without an anchor begins here; one to nowhere changes nothing", () => {
  assert.deepEqual(extended(NONE, ORDER, "c"), { ids: ["c"], anchor: "c" });
  assert.deepEqual(extended({ ids: ["x"], anchor: "gone" }, ORDER, "c"), { ids: ["x", "c"], anchor: "c" });
  const some = toggled(NONE, "a");
  assert.deepEqual(extended(some, ORDER, "nowhere"), some);
});

test("all that are shown, and then none", () => {
  const all = allOrNone(toggled(NONE, "c"), ORDER);
  assert.deepEqual(all.ids, ORDER);
  assert.equal(allOrNone(all, ORDER), NONE);
});

test("what left the list is not selected any more", () => {
  const three = { ids: ["a", "b", "c"], anchor: "b" };
  assert.deepEqual(kept(three, ["a", "c"]), { ids: ["a", "c"], anchor: null });
  assert.equal(kept(three, ORDER), three);
  assert.equal(kept(three, []), NONE);
});

test("listeners hear of changes, and only of changes", () => {
  let heard = 0;
  const stop = subscribe(() => (heard += 1));
  select(toggled(NONE, "a"));
  assert.ok(isSelected("a"));
  clear();
  clear();
  stop();
  select(NONE);
  assert.equal(heard, 2);
});
