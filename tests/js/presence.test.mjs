// Who looks: tabs that come, go, hide and fall silent, and what the connection is told of them together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, left, lookedAtLast, NOBODY, timePassed, UNHEARD_MS } from "../../assets/live/presence.js";

const shown = { page: "shown", network: "online", isStarted: true, isNudge: false };
const hidden = { ...shown, page: "hidden" };

/** Let facts happen one after the other: what the machine was told, and who was looked at last. */
function happen(...facts) {
  let presence = NOBODY;
  const told = [];
  for (const fact of facts) {
    const [next, events] = fact(presence);
    presence = next;
    told.push(...events.map(({ type }) => type));
  }
  return { told, last: lookedAtLast(presence), presence };
}
const tab = (name, report, now = 0) => (presence) => heard(presence, name, report, now);
const gone = (name) => (presence) => left(presence, name);
const later = (now) => (presence) => timePassed(presence, now);

test("the first tab starts the connection, the last one that leaves stops it", () => {
  const { told } = happen(tab("a", shown), tab("b", hidden), gone("a"), gone("b"));
  assert.deepEqual(told, ["started", "started", "pageHid", "stopped"]);
});

test("hidden is when all are hidden, shown when one is", () => {
  const { told } = happen(
    tab("a", shown),
    tab("b", shown),
    tab("a", hidden),
    tab("b", hidden),
    tab("a", shown),
  );
  assert.deepEqual(told, ["started", "started", "pageHid", "pageShown"]);
});

test("a tab at sign-in wants no connection and keeps none up", () => {
  const { told } = happen(tab("a", { ...shown, isStarted: false }), tab("b", hidden), gone("b"));
  assert.deepEqual(told, ["started", "stopped"]);
});

test("a browser has one network: the last word about it counts", () => {
  const { told } = happen(
    tab("a", shown),
    tab("b", shown),
    tab("a", { ...shown, network: "offline" }),
    tab("b", { ...shown, network: "offline" }),
    tab("b", shown),
  );
  assert.deepEqual(told, ["started", "started", "wentOffline", "cameOnline"]);
});

test("a nudge is passed on once, and not when something stronger was said", () => {
  const { told } = happen(
    tab("a", hidden),
    tab("a", { ...shown, isNudge: true }),
    tab("a", { ...shown, isNudge: true }),
    tab("a", shown),
  );
  assert.deepEqual(told, ["started", "pageShown", "nudged"]);
});

test("the tab looked at last is the one shown or focused last, and after its end the one before", () => {
  const both = [tab("a", shown), tab("b", shown)];
  assert.equal(happen(...both).last, "b");
  assert.equal(happen(...both, tab("a", { ...shown, isNudge: true })).last, "a");
  assert.equal(happen(...both, tab("b", hidden)).last, "b", "hiding is not looking elsewhere");
  assert.equal(happen(...both, gone("b")).last, "a");
  assert.equal(happen().last, null);
});

test("a tab that calls itself shown and says nothing for long is frozen, until it speaks", () => {
  const { told } = happen(
    tab("a", shown, 0),
    later(UNHEARD_MS),
    later(UNHEARD_MS + 1),
    tab("a", shown, UNHEARD_MS + 2),
  );
  assert.deepEqual(told, ["started", "pageHid", "pageShown"]);
});
