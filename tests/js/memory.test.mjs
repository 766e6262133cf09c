// What a page shows before anybody has answered: whose, and only what is still true here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readerOf, recall } from "../../assets/live/memory.js";
import { memoryStorage } from "../../assets/live/storage.js";
import { cursorAt, item } from "./world.mjs";

const navigation = (type, ...serverTiming) => ({ type, serverTiming });
const reader = { name: "reader", description: "u1" };

async function kept(...operations) {
  const storage = memoryStorage();
  const items = [item(3), item(2), { ...item(1), archived_at: "2026-11-28T12:00:00Z" }];
  await storage.writeCache({ user: "u1", name: "alice", items, cursor: cursorAt(3), unread: 2, hasMore: true, today: null });
  for (const operation of operations) await storage.addOperation(operation);
  return storage;
}

test("the reader is whom the server has made the page for", () => {
  assert.equal(readerOf(navigation("navigate", { name: "db", description: "" }, reader)), "u1");
  assert.equal(readerOf(navigation("reload", reader)), "u1");
  assert.equal(readerOf(navigation("navigate")), null);
  assert.equal(readerOf(undefined), null);
});

test("a page that comes back from the browser's history names nobody", () => {
  assert.equal(readerOf(navigation("back_forward", reader)), null);
});

test("what was kept is shown without what has left the inbox", async () => {
  const seen = await recall(await kept(), "u1");
  assert.deepEqual(seen.notifications.map(({ id }) => id), ["n3", "n2"]);
  assert.deepEqual([seen.unread, seen.hasMore, seen.user], [2, true, { id: "u1", name: "alice" }]);
});

test("what waits to be sent is laid over it", async () => {
  const message = { type: "mark", id: "o1", as: "archived", items: ["n3"] };
  const seen = await recall(await kept({ id: "o1", user: "u1", at: "2026-11-28T12:00:00Z", message }), "u1");
  assert.deepEqual([seen.notifications.map(({ id }) => id), seen.unread], [["n2"], 1]);
});

test("of nobody, and of somebody else, nothing is shown", async () => {
  assert.equal(await recall(await kept(), null), null);
  assert.equal(await recall(await kept(), "u2"), null);
});
