// Rows that stand open are remembered for the way back, each place for itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { noteOpen, wasOpen } from "../../assets/ui/opened.js";

test("a row is open again where it was left open, and nowhere else", () => {
  noteOpen("inbox", "a", true);
  assert.deepEqual([wasOpen("inbox", "a"), wasOpen("inbox", "b"), wasOpen("archived", "a")], [true, false, false]);
  noteOpen("inbox", "a", false);
  assert.equal(wasOpen("inbox", "a"), false);
});

test("a list without a place remembers nothing", () => {
  noteOpen("", "a", true);
  assert.equal(wasOpen("", "a"), false);
});

test("the places used last are kept", () => {
  noteOpen("first", "a", true);
  noteOpen("second", "a", true);
  noteOpen("first", "b", true);
  for (let number = 0; number < 49; number++) noteOpen(`other ${number}`, "a", true);
  assert.deepEqual([wasOpen("first", "a"), wasOpen("second", "a")], [true, false]);
});
