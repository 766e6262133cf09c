// A finger on a row: scrolling stays scrolling, and only a swipe that is meant does something.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, isFar, lifted, meaning, moved, shift } from "../../assets/ui/swipe.js";

const STAGE = { width: 390, screen: 390, isRightToLeft: false };

/** Put a finger down at 200, 300 and lead it along. @param {[number, number, number][]} path x, y, ms @param {object} [stage] */
function led(path, stage = {}) {
  const swipe = begun({ x: 200, y: 300, at: 0 }, { ...STAGE, ...stage });
  assert(swipe);
  return path.reduce((before, [x, y, at]) => moved(before, { x, y, at }), swipe);
}

test("a finger that trembles has decided nothing", () => {
  const swipe = led([[204, 303, 50], [195, 298, 90]]);
  assert.equal(swipe.phase, "undecided");
  assert.equal(lifted(swipe, 100), null);
});

test("a way down is scrolling, and stays it whatever comes after", () => {
  const swipe = led([[206, 330, 30], [340, 330, 200]]);
  assert.equal(swipe.phase, "over");
  assert.equal(lifted(swipe, 210), null);
});

test("the row follows the finger from where it has decided, and never further than itself", () => {
  assert.equal(shift(led([[230, 302, 50]])), 20);
  assert.equal(shift(led([[230, 302, 50], [180, 302, 90]])), -10);
  assert.equal(shift(led([[1200, 302, 500]])), 390);
});

test("far to where lines end is done, far to where they begin is snooze", () => {
  const done = led([[260, 300, 100], [340, 300, 400]]);
  assert.deepEqual([meaning(done), isFar(done), lifted(done, 500)], ["done", true, "done"]);
  const snooze = led([[140, 300, 100], [60, 300, 400]]);
  assert.deepEqual([meaning(snooze), isFar(snooze), lifted(snooze, 500)], ["snooze", true, "snooze"]);
});

test("where lines run to the left, so do the two", () => {
  const left = led([[60, 300, 400]], { isRightToLeft: true });
  assert.deepEqual([meaning(left), shift(left)], ["done", -130]);
  assert.equal(meaning(led([[340, 300, 400]], { isRightToLeft: true })), "snooze");
});

test("not far enough is nothing, and who goes back before lifting takes it back", () => {
  assert.equal(lifted(led([[270, 300, 300]]), 500), null);
  assert.equal(lifted(led([[360, 300, 300], [240, 300, 700]]), 900), null);
  assert.equal(meaning(led([[360, 300, 300], [206, 300, 700]])), null);
});

test("a quick one needs not go far, one that rests does, and one thrown back is none", () => {
  const quick = led([[240, 300, 40], [270, 300, 80]]);
  assert.equal(lifted(quick, 90), "done");
  assert.equal(lifted(quick, 300), null);
  const thrownBack = led([[380, 300, 300], [345, 300, 340]]);
  assert(isFar(thrownBack));
  assert.equal(lifted(thrownBack, 345), null);
});

test("on a wide row a hand's breadth is enough", () => {
  assert(isFar(led([[335, 300, 400]], { width: 900, screen: 900 })));
});

test("what begins at the edge of the screen belongs to the telephone", () => {
  for (const x of [0, 23, 367, 390]) assert.equal(begun({ x, y: 300, at: 0 }, STAGE), null);
  assert(begun({ x: 24, y: 300, at: 0 }, STAGE));
});
