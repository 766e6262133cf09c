// The browser's edges that fit into a test's hand: where the server is, what page and network report.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAt } from "../../assets/live/browser.js";
import { isSignIn } from "../../assets/live/tab.js";
import { watchPage } from "../../assets/live/watch.js";

const at = (compiled, address, { resolved = compiled, isDevelopment = false } = {}) =>
  serverAt({ compiled, resolved: new URL(resolved), location: new URL(address), isDevelopment });

test("a built page finds the server it came from, on whatever port that runs today", () => {
  const server = at("ws://localhost:3000/_event", "http://127.0.0.1:4321/");
  assert.deepEqual(server, { http: "http://127.0.0.1:4321", ws: "ws://127.0.0.1:4321/ws" });
});

test("behind TLS the socket is secure", () => {
  assert.equal(at("ws://localhost:3000/_event", "https://tidings.example/").ws, "wss://tidings.example/ws");
});

test("in development the back end has its own port", () => {
  const server = at("ws://localhost:8000/_event", "http://localhost:3000/", { isDevelopment: true });
  assert.deepEqual(server, { http: "http://localhost:8000", ws: "ws://localhost:8000/ws" });
});

test("a back end named at build time is taken at its word", () => {
  const server = at("wss://api.example/_event", "https://www.example/");
  assert.deepEqual(server, { http: "https://api.example", ws: "wss://api.example/ws" });
});

test("the sign-in page is recognised with and without a slash", () => {
  assert.deepEqual(["/login", "/login/", "/", "/login/x"].map(isSignIn), [true, true, false, false]);
});

/** A page whose window, document and wall clock are in the test's hand. */
function fakePage() {
  const page = new EventTarget();
  const window = new EventTarget();
  const told = [];
  let interval = () => {};
  const seen = {
    window: Object.assign(window, { setInterval: (work) => (interval = work), clearInterval() {} }),
    document: Object.assign(page, { visibilityState: "visible" }),
    navigator: { onLine: true },
  };
  const clock = { now: 0 };
  const stop = watchPage(
    seen,
    (event) => told.push(event.type),
    () => clock.now,
  );
  const happen = (where, type, more = {}) => where.dispatchEvent(Object.assign(new Event(type), more));
  const look = (ms) => {
    clock.now += ms;
    interval();
  };
  return { ...seen, told, stop, happen, look };
}

test("hiding and showing, going offline and coming back are told once each", () => {
  const { document, window, navigator, told, happen } = fakePage();
  document.visibilityState = "hidden";
  happen(document, "visibilitychange");
  happen(document, "visibilitychange");
  document.visibilityState = "visible";
  happen(document, "visibilitychange");
  navigator.onLine = false;
  happen(window, "offline");
  navigator.onLine = true;
  happen(window, "online");
  assert.deepEqual(told, ["pageHid", "pageShown", "wentOffline", "cameOnline"]);
});

test("focus and resume are signs of waking, unless nobody can see the page", () => {
  const { document, window, told, happen } = fakePage();
  happen(window, "focus");
  happen(document, "resume");
  assert.deepEqual(told, ["nudged", "nudged"]);
  document.visibilityState = "hidden";
  happen(window, "focus");
  assert.deepEqual(told.slice(2), ["pageHid"]);
});

test("a missed visibility event is caught up with at the next sign", () => {
  const { document, window, told, happen } = fakePage();
  document.visibilityState = "hidden";
  happen(document, "visibilitychange");
  document.visibilityState = "visible";
  happen(window, "focus");
  assert.deepEqual(told, ["pageHid", "pageShown", "nudged"]);
});

test("a machine that slept is noticed by the wall clock", () => {
  const { told, look } = fakePage();
  look(5_000);
  look(6_000);
  assert.deepEqual(told, []);
  look(3_600_000);
  assert.deepEqual(told, ["nudged"]);
});

test("a pagehide that the page itself made up is not leaving", () => {
  const { window, told, happen } = fakePage();
  happen(window, "pagehide", { persisted: true });
  assert.deepEqual(told, []);
});

test("coming back from the back-forward cache is told, an ordinary pageshow is not", () => {
  const { window, told, happen } = fakePage();
  happen(window, "pageshow", { persisted: false });
  assert.deepEqual(told, []);
  happen(window, "pageshow", { persisted: true });
  assert.deepEqual(told, ["cameOnline", "pageReturned"]);
});

test("after stopping nothing is told any more", () => {
  const { window, told, stop, happen } = fakePage();
  stop();
  happen(window, "focus");
  assert.deepEqual(told, []);
});
