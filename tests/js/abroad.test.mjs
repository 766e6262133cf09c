// A page of another app: where it finds Tidings, and what it does while nobody is signed in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { awaitSignIn, namedServer } from "../../assets/live/abroad.js";

test("the server is the one that was named, else the one of the page", () => {
  assert.deepEqual(namedServer("https://t.example", "http://shop"), {
    http: "https://t.example",
    ws: "wss://t.example/ws",
  });
  assert.deepEqual(namedServer("", "http://shop:3300"), { http: "http://shop:3300", ws: "ws://shop:3300/ws" });
});

test("it begins anew when somebody comes back signed in, and asks at no other time", async () => {
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  let isSignedIn = false;
  const did = /** @type {string[]} */ ([]);
  const page = /** @type {any} */ ({
    document,
    location: { reload: () => did.push("reload") },
    ask: async (/** @type {string} */ url) => (did.push(url), { ok: isSignedIn }),
  });
  const looks = async (/** @type {string} */ state) => {
    document.visibilityState = state;
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise(setImmediate);
  };
  awaitSignIn({ http: "https://t.example" }, page);
  awaitSignIn({ http: "https://t.example" }, page);
  await looks("hidden");
  await looks("visible");
  assert.deepEqual(did, ["https://t.example/api/v1/session"]);
  isSignedIn = true;
  await looks("hidden");
  await looks("visible");
  assert.equal(did.at(-1), "reload");
});
