// What is said of what arrived: singly, as a summary, or not at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createNews, inWords } from "../../assets/live/news.js";
import { item, manualClock } from "./world.mjs";

const live = (seq, more) => ({ item: item(seq, more), replay: false });
const missed = (seq, more) => ({ item: item(seq, more), replay: true });
const texts = (arrivals) => inWords(arrivals).map(({ text }) => text);

test("one or two are said by their titles", () => {
  assert.deepEqual(texts([live(1)]), ["Number 1"]);
  assert.deepEqual(texts([live(1), live(2)]), ["Number 1", "Number 2"]);
});

test("more at once are one number", () => {
  const many = Array.from({ length: 40 }, (_, index) => live(index + 1));
  assert.deepEqual(texts(many), ["40 new notifications"]);
});

test("after an absence there is one summary, not a storm", () => {
  assert.deepEqual(texts([missed(1), missed(2), missed(3)]), ["3 notifications while you were away"]);
  assert.deepEqual(texts([missed(1)]), ["Number 1"]);
});

test("what is urgent is said by itself and stays", () => {
  const said = inWords([missed(1), missed(2), missed(3, { priority: 5 })]);
  assert.deepEqual(
    said.map(({ text, stays }) => [text, stays]),
    [
      ["2 notifications while you were away", false],
      ["Number 3", true],
    ],
  );
});

test("an item updated in place within the moment is said once, as it is now", () => {
  assert.deepEqual(texts([live(1, { id: "a", title: "runs" }), live(2, { id: "a", title: "done" })]), ["done"]);
});

test("what comes within a moment is said together, and only by the tab that speaks", async () => {
  const clock = manualClock();
  const said = [];
  let speaks = true;
  const hear = createNews({ ...clock, speaks: () => speaks, say: ({ text }) => said.push(text) });
  for (const seq of [1, 2, 3]) hear(item(seq), true);
  assert.deepEqual(said, []);
  await clock.pass(1_000);
  assert.deepEqual(said, ["3 notifications while you were away"]);
  speaks = false;
  hear(item(4), false);
  await clock.pass(1_000);
  assert.equal(said.length, 1);
});
