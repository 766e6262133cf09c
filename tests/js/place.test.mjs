// The address: which question it asks, which address a question has, and what operators are in what is typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, placeIn, typed } from "../../assets/ui/place.js";

test("an address holds view, filters and search, and nothing that says nothing", () => {
  assert.equal(addressOf({}), "/");
  assert.equal(addressOf({ view: "inbox", search: "  " }), "/");
  const question = { view: "archived", level: "error", category: "", source: "backup", search: "disk full", item: "" };
  assert.equal(addressOf(question), "/?view=archived&level=error&source=backup&q=disk+full");
  assert.deepEqual(placeIn(addressOf(question).slice(1)), question);
});

test("one item has an address, and nothing else is asked for there", () => {
  assert.equal(addressOf({ item: "0198-ab_c", view: "archived", search: "x" }), "/?item=0198-ab_c");
  const { view, item, search } = placeIn("?item=0198-ab_c&view=archived&q=x");
  assert.deepEqual([view, item, search], ["all", "0198-ab_c", ""]);
  for (const nonsense of ["", "a b", "%00", "x".repeat(101)]) assert.equal(placeIn(`?item=${nonsense}`).item, "");
});

test("every text survives the address", () => {
  for (const search of ["a&b=c", "100%", "#1", "ü ñ 備", '"quoted"', "a+b", "?"])
    assert.equal(placeIn(addressOf({ search }).slice(1)).search, search);
});

test("an address with nonsense is the inbox", () => {
  assert.equal(addressOf(placeIn("?view=nothing&level=loud&other=1")), "/");
});

test("operators become filters as soon as they are finished", () => {
  assert.deepEqual(typed("level:err"), { changes: {}, rest: "level:err" });
  assert.deepEqual(typed("level:error "), { changes: { level: "error" }, rest: "" });
  assert.deepEqual(typed("level:error source:backup disk"), {
    changes: { level: "error", source: "backup" },
    rest: "disk",
  });
  assert.deepEqual(typed('disk source:"my backup"', true), { changes: { source: "my backup" }, rest: "disk" });
  assert.deepEqual(typed("IN:Archived x", true), { changes: { view: "archived" }, rest: "x" });
});

test("what is no operator stays text", () => {
  for (const text of ["level:loud ", "https://example.com ", "ratio 3:4 ", "source: "])
    assert.deepEqual(typed(text), { changes: {}, rest: text });
});
