// The part of a long list that is drawn: near what is seen, never many, and as high as the whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { between, column, plan, tops } from "../../assets/ui/windowing.js";
import { loadedDice } from "./world.mjs";

const day = (key, ...ids) => ({ key, name: key, items: ids.map((id) => ({ id })) });
const DAYS = [day("Today", "a", "b", "c"), day("Yesterday", "d", "e")];
const height = ({ item }) => (item === -1 ? 40 : 60);

test("a list is one column of names and items", () => {
  assert.deepEqual(column(DAYS).map(({ key }) => key), ["day Today", "a", "b", "c", "day Yesterday", "d", "e"]);
});

test("the entries between two lines are found, also beyond both ends", () => {
  const starts = tops(column(DAYS), height); // 0 40 100 160 220 260 320 380
  assert.deepEqual(between(starts, 0, 100), [0, 3]);
  assert.deepEqual(between(starts, 45, 99), [1, 2]);
  assert.deepEqual(between(starts, -500, 9_000), [0, 7]);
  assert.deepEqual(between(starts, 9_000, 9_900), [6, 7]);
  assert.deepEqual(between(tops([], height), 0, 100), [0, 0]);
});

test("what is left out is a gap of the same height, above, below and between", () => {
  const entries = column(DAYS);
  const parts = plan(entries, tops(entries, height), (index) => [1, 3, 5].includes(index));
  assert.deepEqual(parts, [
    { gap: "gap day Today", height: 40 },
    { day: 0, hasName: false, parts: [{ item: 0 }, { gap: "gap b", height: 60 }, { item: 2 }] },
    { gap: "gap day Yesterday", height: 40 },
    { day: 1, hasName: false, parts: [{ item: 0 }] },
    { gap: "gap e", height: 60 },
  ]);
});

test("whatever is drawn, the whole is as high as the list, in its order, with every key once", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const dice = loadedDice(seed);
    const days = Array.from({ length: 5 }, (_, d) =>
      day(`D${d}`, ...Array.from({ length: 1 + Math.floor(dice() * 6) }, (_, i) => `${d}-${i}`)),
    );
    const entries = column(days);
    const drawn = new Set(entries.map((_, index) => index).filter(() => dice() < 0.4));
    const parts = plan(entries, tops(entries, height), (index) => drawn.has(index));
    const flat = parts.flatMap((part) => ("gap" in part ? [part] : [...(part.hasName ? [{ name: part.day }] : []), ...part.parts.map((one) => ({ ...one, day: part.day }))]));
    const whole = flat.reduce((sum, part) => sum + (part.height ?? ("name" in part ? 40 : 60)), 0);
    assert.equal(whole, entries.reduce((sum, entry) => sum + height(entry), 0), `seed ${seed}`);
    const keys = flat.map((part) => part.gap ?? ("name" in part ? `day D${part.name}` : `${part.day}-${part.item}`));
    assert.equal(new Set(keys).size, keys.length);
  }
});
