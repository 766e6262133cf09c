// The outbox alone: in order, once a connection, and never somebody else's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createOutbox } from "../../assets/live/outbox.js";
import { memoryStorage } from "../../assets/live/storage.js";

const AT = "2026-11-23T12:00:00.000Z";
const mark = (id) => ({ type: "mark", id, as: "read", items: ["n1"] });
const ids = (operations) => operations.map(({ id }) => id);

function tab(storage, owner, alive = [owner]) {
  const tabs = { owner, alive: async () => new Set(alive), alone: (work) => work(), tell() {}, listen() {} };
  return createOutbox({ storage, tabs });
}

test("operations are handed out in order, once a connection", () => {
  const outbox = tab(memoryStorage(), "a");
  for (const id of ["1", "2", "3"]) outbox.add("u1", mark(id), AT);
  assert.deepEqual(ids(outbox.next()), ["1", "2", "3"]);
  assert.deepEqual(outbox.next(), []);
  outbox.settle("1");
  outbox.forgetSent();
  assert.deepEqual(ids(outbox.next()), ["2", "3"]);
});

test("a long absence goes out in portions that do not look like flooding", () => {
  const outbox = tab(memoryStorage(), "a");
  const all = Array.from({ length: 60 }, (_, index) => `${index}`);
  for (const id of all) outbox.add("u1", mark(id), AT);
  const sent = [];
  for (let portion = outbox.next(); portion.length > 0; portion = outbox.next()) {
    assert.ok(portion.length <= 20);
    for (const id of ids(portion)) {
      sent.push(id);
      outbox.settle(id);
    }
  }
  assert.deepEqual(sent, all);
});

test("an answered operation is gone, from the disk too, and only once", async () => {
  const storage = memoryStorage();
  const outbox = tab(storage, "a");
  outbox.add("u1", mark("1"), AT);
  assert.equal(outbox.settle("1").id, "1");
  assert.equal(outbox.settle("1"), undefined);
  assert.deepEqual(await storage.operations("u1"), []);
});

test("after a reload the operations are still there, before the new ones", async () => {
  const storage = memoryStorage();
  const before = tab(storage, "a");
  for (const id of ["1", "2"]) before.add("u1", mark(id), AT);
  const after = tab(storage, "b");
  after.add("u1", mark("3"), AT);
  await after.gather("u1");
  assert.deepEqual(ids(after.operations), ["1", "2", "3"]);
  await after.gather("u1");
  assert.deepEqual(ids(after.operations), ["1", "2", "3"]);
});

test("a tab leaves alone what a living tab will send itself", async () => {
  const storage = memoryStorage();
  tab(storage, "a").add("u1", mark("1"), AT);
  const other = tab(storage, "b", ["a", "b"]);
  await other.gather("u1");
  assert.deepEqual(other.operations, []);
});

test("an adopted operation has one owner, so that a third tab leaves it alone", async () => {
  const storage = memoryStorage();
  tab(storage, "gone").add("u1", mark("1"), AT);
  await tab(storage, "b", ["b", "c"]).gather("u1");
  const third = tab(storage, "c", ["b", "c"]);
  await third.gather("u1");
  assert.deepEqual(third.operations, []);
});

test("what another person left is neither seen nor sent", async () => {
  const storage = memoryStorage();
  tab(storage, "a").add("u1", mark("1"), AT);
  const outbox = tab(storage, "b");
  await outbox.gather("u2");
  assert.deepEqual(outbox.next(), []);
});
