// What the pages besides the feed say: devices and entries of the audit log, in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceKind, deviceName } from "../../assets/ui/device.js";
import { actor, sentence, weight } from "../../assets/ui/entries.js";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const AGENTS = [
  [`${MAC} Version/17.4 Safari/605.1.15`, "Safari on macOS", "computer"],
  [`${MAC} Chrome/126.0.0.0 Safari/537.36`, "Chrome on macOS", "computer"],
  [`${MAC} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`, "Edge on macOS", "computer"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux", "computer"],
  ["Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android", "phone"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari on iPhone", "phone"],
  ["curl/8.5.0", "curl", "program"],
  ["", "Unknown device", "program"],
  [null, "Unknown device", "program"],
  ["x".repeat(200), `${"x".repeat(40)}…`, "program"],
];

for (const [agent, name, kind] of AGENTS)
  test(`a device is called ${name}`, () => {
    assert.equal(deviceName(agent), name);
    assert.equal(deviceKind(agent), kind);
  });

const entry = (more) => ({ action: "", actor: "root", actor_kind: "user", target: "", details: {}, ...more });

test("every action has a sentence, and an unknown one is still said", () => {
  const said = (action, more = {}) => sentence(entry({ action, ...more }));
  assert.equal(said("user.added", { target: "bob", details: { admin: true } }), "added bob as an admin");
  assert.equal(said("session.refused"), "gave a wrong password for a name nobody has");
  assert.equal(said("session.ended", { details: { reason: "signed_out" } }), "signed out");
  assert.equal(said("session.began", { details: { device: "curl/8" } }), "signed in with curl");
  assert.equal(said("something.new"), "something.new");
});

test("what the floodgate held back is told as a number", () => {
  const held = entry({ action: "key.refused", actor_kind: "server", details: { times: 140, addresses: 1 } });
  assert.equal(sentence(held), "counted 140 more entries “key.refused” from 1 address");
});

test("who did it is told from where they did it", () => {
  assert.equal(actor(entry({})), "root");
  assert.equal(actor(entry({ actor_kind: "stranger", actor: "" })), "Somebody");
  assert.equal(actor(entry({ actor_kind: "command" })), "root (command line)");
  assert.equal(actor(entry({ actor_kind: "key", actor: "shop" })), "Key shop");
});

test("a refusal stands out, a change is seen, a sign-in is quiet", () => {
  assert.deepEqual(["key.refused", "limit.publish", "user.added", "session.began"].map(weight), ["warning", "warning", "change", "info"]);
});
