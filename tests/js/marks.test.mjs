// The words of a search in a text: beginnings of words, as the server finds them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, tellingLine } from "../../assets/ui/marks.js";

const marked = (text, search) => cut(text, search).map((piece, index) => (index % 2 ? `[${piece}]` : piece)).join("");

test("beginnings of words are marked, insides are not", () => {
  assert.equal(marked("Disk full on disk-2", "dis ful"), "[Dis]k [ful]l on [dis]k-2");
  assert.equal(marked("A brisk disk", "isk"), "A brisk disk");
});

test("accents and letter case do not matter, and what is marked is what was written", () => {
  assert.equal(marked("CAFÉ Größe", "cafe gro"), "[CAFÉ] [Grö]ße");
  assert.equal(marked("cafe\u0301s", "café"), "[cafe\u0301]s");
});

test("a term with signs in it marks its words, and a sign alone itself", () => {
  assert.equal(marked("on db-2 and db", "db-2"), "on [db]-[2] and [db]");
  assert.equal(marked("done 🚀!", "🚀"), "done [🚀]!");
  assert.equal(marked("夜間備份", "夜間"), "[夜間]備份");
});

test("nothing is marked without a search, and no text is lost", () => {
  for (const search of ["", "  ", "(", "\\", "a*", "𝒳"]) assert.equal(cut("plain (text) 𝒳 \\ a*", search).join(""), "plain (text) 𝒳 \\ a*");
  assert.deepEqual(cut("plain", ""), ["plain"]);
});

test("the line that was found is shown", () => {
  const text = "First line\n\nthe volume is full";
  assert.equal(tellingLine(text, ""), "First line");
  assert.equal(tellingLine(text, "vol"), "the volume is full");
  assert.equal(tellingLine("", "x"), "");
});
