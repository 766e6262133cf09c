// One connection for many tabs: joining, leaving, dying, hanging, succession, and doing without.

import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, patched } from "../../assets/live/patches.js";
import { successor } from "../../assets/live/succession.js";
import { NOT_YET } from "../../assets/live/view.js";
import { fakeBrowser } from "./browsers.mjs";
import { authOk, cursorAt, item, notifications, snapshot, tokenFor } from "./world.mjs";

/** Let the newest socket be welcomed with these items. */
async function welcome(browser, items = [item(2), item(1)], more = {}) {
  const socket = browser.sockets().at(-1);
  const list = snapshot(items);
  socket.events.opened();
  socket.say(authOk({ cursor: list.cursor, unread: list.unread, revision: list.revision, ...more }));
  if (!more.recovered) socket.say(list);
  await browser.clock.pass(100);
  await browser.settle();
  return socket;
}

async function opened(count, browser = fakeBrowser()) {
  const tabs = Array.from({ length: count }, () => browser.open());
  await browser.settle();
  const socket = await welcome(browser);
  return { browser, tabs, socket };
}

const ids = ({ seen }) => seen().notifications.map(({ id }) => id);
const states = (tabs) => tabs.map(({ seen }) => seen().connectionState);

test("five tabs share one socket and see the same", async () => {
  const { browser, tabs } = await opened(5);
  assert.equal(browser.sockets().length, 1);
  assert.deepEqual(new Set(states(tabs)), new Set(["connected"]));
  for (const tab of tabs) {
    assert.deepEqual(ids(tab), ["n2", "n1"]);
    assert.deepEqual([tab.seen().tabs, tab.seen().unread, tab.seen().user.name], [5, 2, "alice"]);
  }
});

test("a tab that comes later sees everything at once", async () => {
  const { browser } = await opened(1);
  const late = browser.open();
  await browser.settle();
  assert.deepEqual([late.seen().isConnected, ids(late)], [true, ["n2", "n1"]]);
  assert.equal(browser.sockets().length, 1);
});

test("a tab shows what this browser kept of its reader before anybody has answered", async () => {
  const browser = fakeBrowser();
  const kept = { notifications: [item(2), item(1)], unread: 1, hasMore: true, user: { id: "u1", name: "alice" } };
  const tab = browser.open({ recalls: kept });
  await browser.settle();
  const { isConnected, loading, unread, user } = tab.seen();
  assert.deepEqual([isConnected, loading, unread, user.name, ids(tab)], [false, false, 1, "alice", ["n2", "n1"]]);
  await welcome(browser, [item(3), item(2), item(1)]);
  assert.deepEqual([ids(tab), tab.seen().unread], [["n3", "n2", "n1"], 3]);
});

test("what was kept of one person is gone as soon as another one is here", async () => {
  const browser = fakeBrowser();
  const kept = { notifications: [item(9)], unread: 1, hasMore: false, user: { id: "somebody else", name: "bob" } };
  const tab = browser.open({ recalls: kept });
  await browser.settle();
  await welcome(browser, [item(1)]);
  assert.deepEqual([ids(tab), tab.seen().user.name], [["n1"], "alice"]);
});

test("the list of whoever was here before is not shown on a page made for somebody else", async () => {
  const { browser, tabs } = await opened(1);
  tabs[0].port.tell({ type: "pageHid" });
  await browser.clock.pass(5_000); // nobody looks: the connection is paused, and the worker keeps the list
  const [theirs, another] = [browser.open({ reader: "u1" }), browser.open({ reader: "u2" })];
  await browser.settle();
  assert.equal(tabs[0].seen().isConnected, false);
  assert.deepEqual([ids(theirs), theirs.seen().user.name], [["n2", "n1"], "alice"]);
  assert.deepEqual([ids(another), another.seen().user, another.seen().loading], [[], null, true]);
  await welcome(browser, [item(3)]); // the one who is connected is the one who is here
  assert.deepEqual([ids(another), another.seen().user.name], [["n3"], "alice"]);
});

test("an item that did not change stays the same object in every tab", async () => {
  const { browser, tabs, socket } = await opened(2);
  const before = tabs[1].seen().notifications;
  socket.say(notifications(2, [item(3)]));
  await browser.clock.pass(100);
  const after = tabs[1].seen().notifications;
  assert.deepEqual(ids(tabs[1]), ["n3", "n2", "n1"]);
  assert.deepEqual([after[1] === before[0], after[2] === before[1]], [true, true]);
});

test("what is done in one tab is seen in all, and sent once", async () => {
  const { browser, tabs, socket } = await opened(3);
  tabs[1].seen().mark("n1", "read");
  await browser.clock.pass(100);
  await browser.settle();
  assert.deepEqual(
    tabs.map(({ seen }) => seen().notifications[1].pending),
    [true, true, true],
  );
  assert.equal(socket.sent.filter(({ type }) => type === "mark").length, 1);
});

test("each line of the console is said in the tab that was looked at last, and only there", async () => {
  const { browser, tabs, socket } = await opened(3);
  assert.deepEqual(tabs[2].lines(), ["[WebSocket] connection established", "[WebSocket] authentication success"]);
  tabs[0].port.tell({ type: "nudged" });
  await browser.settle();
  socket.end(1006);
  await browser.settle();
  assert.deepEqual(tabs.map((tab) => tab.lines().length), [2, 0, 2]);
  assert.deepEqual(tabs.map(({ seen }) => seen().isLookedAt), [true, false, false]);
});

test("paused only when all tabs are hidden, back at once when one is shown", async () => {
  const { browser, tabs } = await opened(2);
  tabs[0].port.tell({ type: "pageHid" });
  await browser.clock.pass(10_000);
  assert.equal(browser.openSockets().length, 1);
  tabs[1].port.tell({ type: "pageHid" });
  await browser.clock.pass(2_000);
  await browser.settle();
  assert.equal(browser.openSockets().length, 0);
  assert.deepEqual(tabs.map(({ seen }) => seen().reason), ["hidden", "hidden"]);
  assert.ok(tabs.every(({ did }) => did.includes("release")));
  tabs[0].port.tell({ type: "pageShown" });
  await browser.settle();
  assert.equal(browser.openSockets().length, 1);
});

test("a tab that dies without a word is noticed by its lock", async () => {
  const { browser, tabs } = await opened(2);
  tabs[0].port.tell({ type: "pageHid" });
  tabs[1].die();
  await browser.settle();
  assert.equal(tabs[0].seen().tabs, 1);
  await browser.clock.pass(2_000);
  await browser.settle();
  assert.equal(tabs[0].seen().reason, "hidden");
});

test("a dead worker is replaced at once, with the cursor, in place of the old connection", async () => {
  const { browser, tabs } = await opened(3);
  await browser.clock.pass(6_000);
  browser.kill(browser.worker());
  await browser.settle();
  assert.equal(browser.living().length, 1);
  assert.deepEqual(ids(tabs[0]), ["n2", "n1"], "the list stays meanwhile");
  const socket = await welcome(browser, [], { recovered: true, connection: "c2", cursor: cursorAt(2), unread: 2 });
  const { cursor, replaces } = socket.last("auth");
  assert.deepEqual([cursor, replaces], [cursorAt(2), "c1"]);
  assert.deepEqual(states(tabs), ["connected", "connected", "connected"]);
  assert.deepEqual([ids(tabs[2]), tabs[2].seen().unread], [["n2", "n1"], 2]);
  assert.equal(browser.openSockets().length, 1);
});

test("a second worker that dies before it was welcomed hands on whom to replace", async () => {
  const { browser } = await opened(1);
  for (let death = 0; death < 2; death += 1) {
    browser.kill(browser.worker());
    await browser.settle();
  }
  const socket = await welcome(browser, [], { recovered: true, cursor: cursorAt(2) });
  assert.equal(socket.last("auth").replaces, "c1");
});

test("a worker that hangs is replaced, and when it goes on it steps back", async () => {
  const { browser, tabs } = await opened(2);
  const old = browser.worker();
  browser.hang(old);
  await browser.clock.pass(8_000);
  await browser.settle();
  assert.equal(browser.living().length, 2);
  await welcome(browser, [], { recovered: true, cursor: cursorAt(2) });
  assert.deepEqual(states(tabs), ["connected", "connected"]);
  browser.goOn(old);
  await browser.settle();
  assert.equal(browser.openSockets().length, 1);
  assert.deepEqual(states(tabs), ["connected", "connected"]);
});

test("a new tab finds the successor, not the worker that hangs", async () => {
  const { browser } = await opened(1);
  const old = browser.worker();
  browser.hang(old);
  await browser.clock.pass(8_000);
  await browser.settle();
  await welcome(browser, [], { recovered: true, cursor: cursorAt(2) });
  const late = browser.open();
  await browser.settle();
  assert.equal(late.seen().isConnected, true);
  assert.equal(browser.living().length, 2);
});

test("a worker that is merely slow while we slept is not replaced", async () => {
  const { browser, tabs } = await opened(1);
  tabs[0].port.tell({ type: "nudged" });
  await browser.settle();
  await browser.clock.pass(60_000);
  assert.equal(browser.living().length, 1);
});

test("a mark made while the worker hangs is done by the next, once", async () => {
  const { browser, tabs } = await opened(1);
  browser.hang(browser.worker());
  tabs[0].seen().mark("n1", "read");
  await browser.clock.pass(8_000);
  await browser.settle();
  const socket = await welcome(browser, [], { recovered: true, cursor: cursorAt(2) });
  await browser.settle();
  assert.equal(socket.sent.filter(({ type }) => type === "mark").length, 1);
  assert.equal(tabs[0].seen().notifications[1].pending, true);
});

test("a question to a dead worker that must not be asked twice is answered with no", async () => {
  const { browser, tabs } = await opened(1);
  browser.hang(browser.worker());
  const sending = tabs[0].seen().sendTest();
  await browser.clock.pass(8_000);
  assert.equal(await sending, false);
});

test("sign-out in one tab ends it in all, and nothing of it stays", async () => {
  const { browser, tabs } = await opened(3);
  await browser.clock.pass(2_000);
  browser.worker().world.doors["DELETE /api/v1/session"] = { status: 204, body: null };
  const signingOut = tabs[1].seen().signOut();
  await browser.settle();
  await browser.clock.pass(100);
  assert.equal(await signingOut, true);
  for (const { seen, did } of tabs) {
    assert.ok(did.includes("goToSignIn"));
    assert.deepEqual([seen().reason, seen().notifications, seen().user], ["signed_out", [], null]);
  }
  assert.equal(browser.openSockets().length, 0);
  assert.equal(await browser.profile.storage.readCache("u1"), undefined);
});

test("signing in goes home in the tab that did it", async () => {
  const browser = fakeBrowser();
  const [first, second] = [browser.open({ starts: false }), browser.open({ starts: false })];
  await browser.settle();
  assert.equal(browser.sockets().length, 0);
  browser.worker().world.doors["POST /api/v1/session"] = { status: 200, body: { user: {} } };
  assert.equal(await first.seen().signIn("alice", "x"), true);
  assert.deepEqual([first.did, second.did], [["goHome"], []]);
});

test("an old complaint is not told to a tab that came later", async () => {
  const browser = fakeBrowser();
  const first = browser.open({ starts: false });
  await browser.settle();
  browser.worker().world.doors["POST /api/v1/session"] = { status: 401, body: null };
  await first.seen().signIn("alice", "x");
  assert.match(first.seen().error, /wrong/);
  const second = browser.open({ starts: false });
  await browser.settle();
  assert.equal(second.seen().error, "");
});

test("kept for the back button, a tab holds nothing private and asks anew on its return", async () => {
  const { browser, tabs } = await opened(2);
  tabs[0].port.tell({ type: "pageLeft" });
  await browser.settle();
  assert.deepEqual([tabs[0].seen().notifications, tabs[0].seen().user], [[], null]);
  assert.equal(tabs[1].seen().tabs, 1);
  tabs[0].port.tell({ type: "pageReturned" });
  await browser.settle();
  assert.deepEqual([ids(tabs[0]), tabs[0].seen().isConnected, tabs[1].seen().tabs], [["n2", "n1"], true, 2]);
});

test("without shared workers each tab has a connection of its own, with the same face", async () => {
  const browser = fakeBrowser();
  const tab = browser.open({ canShare: false });
  await browser.settle();
  await welcome(browser);
  assert.deepEqual([tab.seen().isConnected, ids(tab), tab.seen().isLookedAt], [true, ["n2", "n1"], true]);
  assert.equal(browser.living().length, 0);
  assert.equal(tab.lines().length, 2);
});

test("a worker that fails to start leaves the tab on its own, with all it was asked", async () => {
  const browser = fakeBrowser({ startsWorkers: false });
  const tab = browser.open();
  tab.port.getSnapshot().reconnect();
  await browser.settle();
  await welcome(browser);
  assert.equal(tab.seen().isConnected, true);
});

test("events are heard in every tab", async () => {
  const { browser, tabs, socket } = await opened(2);
  const heard = [];
  for (const { port } of tabs) {
    port.listen({
      notification: (one, replay) => heard.push([one.id, replay]),
      connectionChange: (...change) => heard.push(change),
    });
  }
  socket.say(notifications(2, [item(3)]));
  socket.end(4429);
  await browser.settle();
  const gone = ["disconnected", "too_many_connections", false];
  assert.deepEqual(heard.slice(0, 4), [["n3", false], ["n3", false], gone, gone]);
});

test("opening a tab asks whose browser this is: after another sign-in it is theirs in all tabs", async () => {
  const { browser, tabs } = await opened(1);
  browser.worker().world.user = "u2";
  const late = browser.open();
  await browser.settle();
  await browser.clock.pass(100);
  await browser.settle();
  assert.equal(browser.sockets().length, 2);
  assert.deepEqual([ids(tabs[0]), ids(late)], [[], []]);
  assert.equal(browser.sockets()[1].last("auth"), undefined);
  assert.deepEqual(browser.openSockets(), [browser.sockets()[1]]);
});

test("opening a tab of the same person renews the token and nothing else", async () => {
  const { browser, socket } = await opened(1);
  browser.open();
  await browser.settle();
  assert.equal(browser.sockets().length, 1);
  assert.equal(socket.sent.filter(({ type }) => type === "auth").length, 2);
});

test("opening a tab when the session is over signs out all of them", async () => {
  const { browser, tabs } = await opened(1);
  browser.worker().world.doors["POST /api/v1/session/token"] = { status: 401, body: null };
  browser.open();
  await browser.settle();
  assert.equal(tabs[0].seen().reason, "signed_out");
  assert.ok(tabs[0].did.includes("goToSignIn"));
});

test("opening a tab tries again what was refused, but not what a person closed", async () => {
  const { browser, tabs, socket } = await opened(1);
  socket.end(4429);
  await browser.settle();
  browser.open();
  await browser.settle();
  assert.equal(browser.sockets().length, 2);
  await welcome(browser);
  tabs[0].seen().disconnect();
  await browser.settle();
  browser.open();
  await browser.settle();
  assert.equal(browser.openSockets().length, 0);
  assert.equal(tabs[0].seen().reason, "closed");
});

test("a patch laid on what was before gives what is after, whatever both are", () => {
  const views = [
    NOT_YET,
    { ...NOT_YET, loading: false, notifications: [item(2), item(1)], unread: 2 },
    { ...NOT_YET, notifications: [item(1)], error: "no" },
  ];
  for (const before of views) {
    for (const after of views) {
      const { changes, items } = structuredClone(difference(before, after));
      const result = patched(before, { changes, items });
      for (const name of ["notifications", "unread", "error", "loading"])
        assert.deepEqual(result[name], after[name]);
    }
  }
});

test("the successor is the highest worker in office after the lost one, of the same build", () => {
  const lock = (number, build = "/a.js") => `tidings:tab:worker ${number} ${build} id`;
  const held = [lock(0), lock(2), lock(7, "/b.js"), "tidings:tab:x", "tidings:outbox"];
  assert.deepEqual(successor(held, "/a.js", -1), { number: 2, isRunning: true });
  assert.deepEqual(successor(held, "/a.js", 2), { number: 3, isRunning: false });
  assert.deepEqual(successor([], "/a.js", -1), { number: 0, isRunning: false });
});

test("a token never travels to a tab", async () => {
  const { tabs, browser } = await opened(2);
  await browser.settle();
  for (const { seen, did } of tabs)
    assert.equal(JSON.stringify([seen(), did]).includes(tokenFor()), false);
});

test("a message of a type that only a page knows reaches every tab", async () => {
  const { tabs, browser, socket } = await opened(2);
  const heard = tabs.map(({ port }) => {
    const said = [];
    port.listen({ message: (message) => said.push(message) });
    return said;
  });
  socket.say({ type: "overview", people: 3 });
  socket.say({ type: "ping", t: 1, seq: 2 });
  await browser.clock.pass(100);
  await browser.settle();
  assert.deepEqual(heard, [[{ type: "overview", people: 3 }], [{ type: "overview", people: 3 }]]);
});
