// Sentences in the reader's language: values, numbers, what was said in English elsewhere, and times.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { runInThisContext } from "node:vm";
import { dayName, longAge, shortAge } from "../../assets/ui/ages.js";
import { retold } from "../../assets/ui/retold.js";
import { best, countInWords, direction, inWords, language, listInWords, pieces } from "../../assets/ui/words.js";

const MINUTE = 60_000;
const NOW = new Date(2026, 10, 23, 15, 30).getTime();

async function speaks(tongue) {
  const script = await readFile(new URL(`../../assets/words/${tongue}.js`, import.meta.url), "utf8");
  runInThisContext(script);
}

afterEach(() => {
  delete globalThis.tidingsWords;
});

test("English needs no catalogue", () => {
  assert.equal(language(), "en");
  assert.equal(inWords("Mark all read"), "Mark all read");
  assert.equal(inWords("Revoke {name}?", { name: "ci" }), "Revoke ci?");
  assert.equal(countInWords(1, "{count} person", "{count} people"), "1 person");
  assert.equal(countInWords(1234, "{count} person", "{count} people"), "1,234 people");
});

test("a value is put in as it is, even if it looks like a place for one", () => {
  assert.equal(inWords("Revoke {name}?", { name: "{name} $& {other}" }), "Revoke {name} $& {other}?");
  assert.equal(inWords("{constructor}", {}), "{constructor}");
});

test("a sentence that no catalogue knows is said in English", async () => {
  await speaks("de");
  assert.equal(inWords("Nobody has translated {this}.", { this: "it" }), "Nobody has translated it.");
});

test("each language counts in its own forms", async () => {
  const people = (count) => countInWords(count, "{count} person", "{count} people");
  await speaks("de");
  assert.deepEqual([0, 1, 2].map(people), ["0 Personen", "1 Person", "2 Personen"]);
  await speaks("es");
  assert.deepEqual([0, 1, 2, 1_000_000].map(people), ["0 personas", "1 persona", "2 personas", "1.000.000 personas"]);
  await speaks("ar");
  assert.deepEqual([0, 1, 2, 3, 10, 11, 99, 100, 101, 103].map(people), [
    "لا أحد",
    "شخص واحد",
    "شخصان",
    "3 أشخاص",
    "10 أشخاص",
    "11 شخصًا",
    "99 شخصًا",
    "100 شخص",
    "101 شخص",
    "103 أشخاص",
  ]);
});

test("a sentence with parts of a page in it is cut at them, in the order of the language", async () => {
  assert.deepEqual(pieces("last seen {age}"), ["last seen ", "age", ""]);
  await speaks("de");
  assert.deepEqual(pieces("List reloaded at {time}."), ["Liste neu geladen um ", "time", "."]);
});

test("what the server says in English is said again in the reader's language", async () => {
  await speaks("de");
  assert.equal(retold("Sign in first."), "Melden Sie sich zuerst an.");
  assert.equal(retold("There is already a user bob."), "Es gibt schon einen Benutzer bob.");
  assert.match(
    retold("bob is the only admin who can sign in. Add another admin or switch one on first."),
    /^bob ist der einzige Admin, der sich anmelden kann\. /,
  );
  assert.equal(retold("3 new notifications"), "3 neue Benachrichtigungen");
  assert.equal(
    retold("This could not be done: The database is busy."),
    "Das ging nicht: Die Datenbank ist beschäftigt.",
  );
  assert.equal(retold("Something nobody foresaw (7)."), "Something nobody foresaw (7).");
  assert.equal(retold(""), "");
});

test("the language is the first wanted one that there is", () => {
  assert.equal(best(["fr-CA", "de-AT", "en"]), "de");
  assert.equal(best([null, "ar-EG"]), "ar");
  assert.equal(best(["fr"]), "en");
  assert.equal(best([]), "en");
  assert.equal(direction("ar"), "rtl");
  assert.equal(direction("de"), "ltr");
});

test("times are said as the language says them", async () => {
  assert.equal(shortAge(NOW - 4 * MINUTE, NOW), "4 min");
  assert.equal(longAge(NOW - 4 * MINUTE, NOW), "4 minutes ago");
  await speaks("de");
  assert.equal(shortAge(NOW - 4 * MINUTE, NOW), "4 Min.");
  assert.equal(longAge(NOW - MINUTE, NOW), "vor 1 Minute");
  assert.equal(dayName(NOW - 24 * 60 * MINUTE, NOW), "Gestern");
  await speaks("ar");
  assert.equal(longAge(NOW - 4 * MINUTE, NOW), "قبل 4 دقائق");
  assert.equal(dayName(NOW - 3 * 24 * 60 * MINUTE, NOW), "الجمعة");
  assert.equal(listInWords(["alice", "bob"]), "alice وbob");
});
