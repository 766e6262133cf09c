// A page knows whether the server has newer ones, and when a tab may load itself again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isOutdated, mayReload, readBuild } from "../../assets/ui/version.js";

const OLD = { id: "aaaa", made_at: "2026-11-01T10:00:00+00:00" };
const NEW = { id: "bbbb", made_at: "2026-11-02T10:00:00+00:00" };

test("a page is outdated when the server has other pages that were made later", () => {
  assert.equal(isOutdated(OLD, NEW), true);
});

test("a new page that meets a server which is still old is not", () => {
  assert.equal(isOutdated(NEW, OLD), false);
});

test("the same sources built later on another host are the same pages", () => {
  assert.equal(isOutdated(OLD, { ...OLD, made_at: NEW.made_at }), false);
});

test("without a build on either side nothing is said", () => {
  assert.equal(isOutdated(null, NEW), false);
  assert.equal(isOutdated(OLD, null), false);
  assert.equal(readBuild(undefined), null);
  assert.equal(readBuild(""), null);
  assert.deepEqual(readBuild(JSON.stringify(OLD)), OLD);
});

const BACK = { shownAt: 50_000, touchedAt: 20_000, now: 51_000, isUnsent: false };

test("a tab that somebody just came back to may load itself again", () => {
  assert.equal(mayReload(BACK), true);
  assert.equal(mayReload({ ...BACK, touchedAt: null }), true);
});

test("never when something was touched since, or is unsent, or it has been looked at for a while", () => {
  assert.equal(mayReload({ ...BACK, touchedAt: 50_500 }), false);
  assert.equal(mayReload({ ...BACK, isUnsent: true }), false);
  assert.equal(mayReload({ ...BACK, now: 61_000 }), false);
});

test("never in a tab that was in sight all the time", () => {
  assert.equal(mayReload({ ...BACK, shownAt: null }), false);
});
