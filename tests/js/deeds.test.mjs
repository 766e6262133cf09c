// What is done to notifications is taken back exactly, each as it was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { concerned, sentence, steps, toggled, wayBack } from "../../assets/ui/deeds.js";

const AT = "2026-11-23T12:00:00.000Z";
const LATER = "2026-11-24T09:00:00.000Z";
const LATEST = "2026-11-30T09:00:00.000Z";
const item = (id, more = {}) => ({ id, read_at: null, archived_at: null, pinned_at: null, snoozed_until: null, ...more });

/** Do the steps to the items, as the server would. */
function after(items, done) {
  const column = { read: "read_at", archived: "archived_at", pinned: "pinned_at", snoozed: "snoozed_until" };
  return done.reduce((now, { as, ids, until }) => {
    const off = as.startsWith("un");
    const field = column[off ? as.slice(2) : as];
    return now.map((each) => (ids.includes(each.id) ? { ...each, [field]: off ? null : (until ?? AT) } : each));
  }, items);
}

const MIXED = [
  item("plain"),
  item("read", { read_at: AT }),
  item("done", { archived_at: AT }),
  item("asleep", { snoozed_until: LATER }),
  item("fast asleep", { snoozed_until: LATEST, read_at: AT }),
  item("pinned", { pinned_at: AT }),
];

for (const as of ["read", "unread", "archived", "unarchived", "snoozed", "unsnoozed", "pinned", "unpinned"])
  test(`${as}: the way back leads to where everything was`, () => {
    const done = after(MIXED, steps(as, MIXED, as === "snoozed" ? LATEST : undefined));
    assert.notDeepEqual(done, MIXED);
    assert.deepEqual(after(done, wayBack(as, MIXED)), MIXED);
  });

test("only those it changes are named", () => {
  assert.deepEqual(concerned("read", MIXED).map(({ id }) => id), ["plain", "done", "asleep", "pinned"]);
  assert.deepEqual(steps("pinned", [item("x", { pinned_at: AT })]), []);
});

test("who is done with a snoozed one does not get it back", () => {
  assert.deepEqual(steps("archived", [item("a", { snoozed_until: LATER })]), [
    { as: "archived", ids: ["a"] },
    { as: "unsnoozed", ids: ["a"] },
  ]);
});

test("one key does what is left to do, and then the opposite", () => {
  assert.equal(toggled("read", MIXED), "read");
  assert.equal(toggled("read", [item("a", { read_at: AT })]), "unread");
});

test("ten thousand go in portions that the server takes", () => {
  const many = Array.from({ length: 2500 }, (_, index) => item(`${index}`));
  assert.deepEqual(steps("read", many).map(({ ids }) => ids.length), [1000, 1000, 500]);
  assert.deepEqual(wayBack("read", many).map(({ as, ids }) => [as, ids.length]), [
    ["unread", 1000],
    ["unread", 1000],
    ["unread", 500],
  ]);
});

test("the words count", () => {
  assert.equal(sentence("archived", 1), "Done.");
  assert.equal(sentence("snoozed", 3, "tomorrow 09:00"), "3 snoozed until tomorrow 09:00.");
});
