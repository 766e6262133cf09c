// What writes times and numbers is made when it is needed, and once: the first costs a phone 60 ms, before a list is seen.

import assert from "node:assert/strict";
import { test } from "node:test";

const KINDS = /** @type {const} */ (["DateTimeFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat", "ListFormat"]);
const HOUR = 3_600_000;

/** @type {string[]} */
let made = [];
for (const kind of KINDS) {
  const counted = new Proxy(Intl[kind], {
    construct(target, options) {
      made.push(kind);
      return Reflect.construct(target, options);
    },
  });
  Object.defineProperty(Intl, kind, { value: counted, configurable: true });
}

const { exactTime, longAge, shortAge } = await import("../../assets/ui/ages.js");
const { inNumbers } = await import("../../assets/ui/words.js");
await import("../../assets/ui/snooze.js");
await import("../../assets/ui/loud.js");

/** @param {() => void} act */
function madeIn(act) {
  made = [];
  act();
  return made;
}

test("loading the scripts makes none", () => assert.deepEqual(made, []));

test("fresh rows and small numbers need none", () => {
  const now = Date.now();
  const said = madeIn(() => {
    assert.equal(shortAge(now - 60_000, now), "1 min");
    assert.equal(inNumbers(0), "0");
    assert.equal(inNumbers(999), "999");
  });
  assert.deepEqual(said, []);
});

test("large numbers are grouped, by one that is kept", () => {
  const said = madeIn(() => assert.deepEqual([inNumbers(1000), inNumbers(12_345), inNumbers(-1), inNumbers(0.5)], ["1,000", "12,345", "-1", "0.5"]));
  assert.deepEqual(said, ["NumberFormat"]);
});

test("a thousand old rows are written by the same few", () => {
  const now = Date.now();
  const said = madeIn(() => {
    for (let row = 0; row < 1000; row += 1) {
      shortAge(now - (row + 2) * HOUR, now);
      longAge(now - (row + 2) * HOUR, now);
      exactTime(now);
    }
  });
  assert.ok(said.length <= 6, said.join());
});
