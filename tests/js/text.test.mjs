// What a sender wrote must read on the screen as it is written.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readable, readableItem } from "../../assets/live/text.js";

const plain = { title: "Disk full", body: "on db-2", source: "backup", category: null };

test("marks that turn text around are dropped, whatever they are called", () => {
  assert.equal(readable("invoice\u202efdp.exe"), "invoicefdp.exe");
  assert.equal(readable("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "");
});

test("words written from right to left stay as they are", () => {
  assert.equal(readable("הגיבוי הושלם"), "הגיבוי הושלם");
});

test("an item without such marks is the same object, so nothing is drawn again", () => {
  const item = /** @type {any} */ (plain);
  assert.equal(readableItem(item), item);
});

test("every line of an item is made readable", () => {
  const turned = { title: "a\u202eb", body: "c\u2067d", source: "e\u202df", category: "g\u2068h" };
  assert.deepEqual(readableItem(/** @type {any} */ (turned)), { title: "ab", body: "cd", source: "ef", category: "gh" });
});
