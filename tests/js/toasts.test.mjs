// At most three short messages, and none that matters is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shownOf } from "../../assets/ui/toasts.js";

const toasts = (...words) => words.map((text, id) => ({ id, text, stays: text === text.toUpperCase() }));
const shown = (...words) => shownOf(toasts(...words)).map(({ text }) => text);

test("the newest three are shown", () => assert.deepEqual(shown("a", "b", "c", "d"), ["b", "c", "d"]));

test("what stays is not pushed out by what passes by", () => {
  assert.deepEqual(shown("FIRE", "a", "b", "c", "d"), ["FIRE", "c", "d"]);
});

test("many that stay leave a place for an undo, and come back after it", () => {
  assert.deepEqual(shown("A", "B", "C", "D"), ["B", "C", "D"]);
  assert.deepEqual(shown("A", "B", "C", "D", "undo"), ["C", "D", "undo"]);
});
