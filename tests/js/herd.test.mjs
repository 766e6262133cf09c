// A thousand browsers lose their server at the same moment and come back: how evenly do they knock?

import assert from "node:assert/strict";
import { test } from "node:test";
import { INITIAL, step, TIMERS } from "../../assets/live/machine.js";
import { DEFAULT_POLICY as POLICY } from "../../assets/live/policy.js";
import { loadedDice } from "./world.mjs";

const CLIENTS = 1_000;
const UP = ["started", "tokenArrived", "opened", "welcomed", "stoodFirm"];

/** When one browser knocks, in ms after the loss, until the server is up again. */
function knocks(closed, upAtMs, dice) {
  let state = INITIAL;
  let effects = [];
  const tell = (event) => ([state, effects] = step(state, event, POLICY));
  for (const type of UP) tell({ type, expiresInMs: 300_000 });
  tell(closed);
  const times = [];
  for (let now = 0; state.phase === "reconnecting";) {
    const { ms, jitter = 0 } = effects.find((effect) => effect.do === "startTimer");
    now += ms * (1 + jitter * (2 * dice() - 1));
    times.push(now);
    tell({ type: TIMERS.retry });
    tell({ type: now >= upAtMs ? "tokenArrived" : "tokenFailed", expiresInMs: 300_000 });
  }
  return times;
}

/** The largest share of all attempts that falls into any 100 ms. */
function crowd(times) {
  const sorted = times.sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  sorted.forEach((time, last) => {
    while (time - sorted[first] > 100) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most / sorted.length;
}

test("after a crash no 100 ms hold more than a fifth of the attempts", () => {
  for (const upAtMs of [2_000, 5_000, 20_000]) {
    const dice = loadedDice(upAtMs);
    const times = Array.from({ length: CLIENTS }, () =>
      knocks({ type: "closed", code: 1006 }, upAtMs, dice),
    ).flat();
    assert.ok(crowd(times) <= 0.2, `${crowd(times)} with the server back after ${upAtMs} ms`);
  }
});

test("after an announced restart the server's own spreading is kept", () => {
  const dice = loadedDice(1);
  const closings = Array.from({ length: CLIENTS }, () => ({
    type: "closed",
    code: 1012,
    retryAfterMs: 1_000 + 5_000 * dice(),
  }));
  const times = closings.flatMap((closing) => knocks(closing, 1_000, dice));
  assert.equal(times.length, CLIENTS);
  assert.ok(crowd(times) <= 0.05);
});
