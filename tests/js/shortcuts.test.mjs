// Which keys mean what, and that the help tells of exactly those.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUPS, isSingleKey, keyCaps, understood } from "../../assets/ui/shortcuts.js";

const SHORTCUTS = GROUPS.flatMap(({ shortcuts }) => shortcuts);
const press = (key, more = {}) => ({ key, ...more });

/** @param {string} keys as the table writes them */
function typed(keys) {
  let waiting = "";
  let command = null;
  for (const key of keys.split(" ")) {
    const parts = key.split("+");
    const last = parts.at(-1);
    const shiftKey = parts.includes("Shift") || key === "?";
    const event = press(shiftKey ? last.toUpperCase() : last, { shiftKey, ctrlKey: parts.includes("Mod") });
    ({ command, waiting } = understood(event, waiting));
  }
  return command;
}

for (const { command, keys, isNative } of SHORTCUTS)
  for (const each of keys)
    test(`${each}: ${isNative ? "left to the browser" : command}`, () => assert.equal(typed(each), isNative ? null : command));

test("no key means two things, and every shortcut is explained", () => {
  const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(SHORTCUTS.every(({ says }) => says().length > 0));
});

test("modifiers belong to the browser, apart from undo", () => {
  for (const modifier of ["ctrlKey", "metaKey", "altKey"])
    for (const key of ["j", "e", "s", "p", "u", "?", "/"])
      assert.equal(understood(press(key, { [modifier]: true })).command, null);
  assert.equal(understood(press("z", { metaKey: true })).command, "undo");
  assert.equal(understood(press("Z", { ctrlKey: true, shiftKey: true })).command, null);
});

test("a word that is being composed is not a command", () => {
  assert.equal(understood(press("e", { isComposing: true })).command, null);
});

test("g waits for one more key and forgets itself with any other", () => {
  assert.deepEqual(understood(press("g")), { command: null, waiting: "g" });
  assert.deepEqual(understood(press("i"), "g"), { command: "goInbox", waiting: "" });
  assert.deepEqual(understood(press("e"), "g"), { command: "done", waiting: "" });
  assert.deepEqual(understood(press("q"), "g"), { command: null, waiting: "" });
});

test("the letter on the key counts where the keyboard writes another alphabet", () => {
  assert.equal(understood(press("о", { code: "KeyJ" })).command, "next");
  assert.equal(understood(press("О", { code: "KeyJ", shiftKey: true })).command, "extendNext");
});

test("caps lock is not a modifier", () => {
  assert.equal(understood(press("E")).command, "done");
});

test("only keys that can be switched off are single ones", () => {
  assert.ok(isSingleKey(press("e")) && isSingleKey(press("?", { shiftKey: true })) && isSingleKey(press("X", { shiftKey: true })));
  assert.ok(!isSingleKey(press("Escape")) && !isSingleKey(press("z", { ctrlKey: true })));
});

test("keys are drawn as they are printed", () => {
  assert.deepEqual(keyCaps("Mod+z", true), ["⌘", "z"]);
  assert.deepEqual(keyCaps("g i", false), ["g", "i"]);
});
