// A notification of the operating system leads to the one it tells of.

import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {any} */
const world = globalThis;
/** @type {any[]} */
const shown = [];

class Told {
  static permission = "granted";
  static requestPermission = async () => "granted";
  /** @param {string} title @param {object} more */
  constructor(title, more) {
    shown.push(Object.assign(this, { title, ...more }));
  }
}

Object.assign(world, {
  Notification: Told,
  localStorage: { getItem: () => "on" },
  document: { hasFocus: () => false },
  window: { focus: () => (world.wasFocused = true) },
});
const { tellDesktop } = await import("../../assets/ui/desktop.js");
const { navigateBy } = await import("../../assets/ui/place.js");

test("a click on it brings the window to the front, at that notification", () => {
  /** @type {string[]} */
  const went = [];
  navigateBy((address) => went.push(address));
  tellDesktop("Disk full", { id: "0198-a", body: "on db-2" });
  shown.at(-1).onclick();
  assert.equal(world.wasFocused, true);
  assert.deepEqual(went, ["/?item=0198-a"]);
});

test("one that tells of several leads nowhere but to the window", () => {
  /** @type {string[]} */
  const went = [];
  navigateBy((address) => went.push(address));
  tellDesktop("3 new notifications", null);
  shown.at(-1).onclick();
  assert.deepEqual(went, []);
});
