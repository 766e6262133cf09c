// The lists of tabs that share one connection: each tab looks where it likes, and what it sees stays true.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeBrowser } from "./browsers.mjs";
import { authOk, item, notifications, snapshot } from "./world.mjs";

const AT = "2026-11-23T10:00:00Z";

async function opened(count = 1, items = [item(2), item(1)]) {
  const browser = fakeBrowser();
  const tabs = Array.from({ length: count }, () => browser.open());
  await browser.settle();
  const socket = browser.sockets().at(-1);
  const list = snapshot(items);
  socket.events.opened();
  socket.say(authOk({ cursor: list.cursor, unread: list.unread, revision: list.revision }));
  socket.say(list);
  await pass(browser);
  return { browser, tabs, socket };
}

async function pass(browser, ms = 100) {
  await browser.clock.pass(ms);
  await browser.settle();
}

const listed = ({ seen }) => seen().listed.map(({ id }) => id);
const questions = (socket) => socket.sent.filter(({ type }) => type === "history");

/** Answer the newest question. */
async function answer(browser, socket, items, next = null) {
  socket.say({ type: "history", ref: questions(socket).at(-1).id, items, next });
  await pass(browser);
}

test("the inbox is there without a question", async () => {
  const { tabs, socket } = await opened();
  assert.deepEqual([listed(tabs[0]), questions(socket)], [["n2", "n1"], []]);
  assert.equal(tabs[0].seen().question.view, "inbox");
});

test("each tab looks at a view of its own over one connection", async () => {
  const { browser, tabs, socket } = await opened(2);
  tabs[1].seen().lookAt({ view: "archived", level: "error" });
  await pass(browser);
  const { id, ...asked } = questions(socket).at(-1);
  assert.deepEqual(asked, { type: "history", view: "archived", level: "error", limit: 50 });
  assert.equal(tabs[1].seen().listing, true);
  await answer(browser, socket, [{ ...item(1), id: "old", archived_at: AT, level: "error" }]);
  assert.deepEqual([listed(tabs[0]), listed(tabs[1])], [["n2", "n1"], ["old"]]);
  assert.deepEqual([tabs[1].seen().listing, tabs[1].seen().listedMore], [false, false]);
  assert.equal(browser.sockets().length, 1);
});

test("what is done anywhere is seen in every list", async () => {
  const { browser, tabs, socket } = await opened(2);
  tabs[1].seen().lookAt({ view: "archived" });
  await pass(browser);
  await answer(browser, socket, []);
  socket.say({ type: "updated", items: [{ id: "n1", archived_at: AT }], unread: 1, revision: 9 });
  await pass(browser, 300);
  assert.deepEqual(questions(socket).at(-1).ids, ["n1"]);
  await answer(browser, socket, [{ ...item(1), archived_at: AT }]);
  assert.deepEqual([listed(tabs[0]), listed(tabs[1])], [["n2"], ["n1"]]);
});

test("what is done here leaves at once and stays away when it is acknowledged", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ view: "all", level: "info" });
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  tabs[0].seen().lookAt({ view: "unread" });
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  tabs[0].seen().mark(["n1", "n2"], "read");
  await pass(browser);
  assert.deepEqual(listed(tabs[0]), []);
  const { id } = socket.sent.filter(({ type }) => type === "mark").at(-1);
  socket.say({ type: "ack", ref: id, unread: 0, revision: 9 });
  await pass(browser);
  assert.deepEqual(listed(tabs[0]), []);
});

test("an unread one that is opened stays where it is until one comes back", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ view: "unread" });
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  tabs[0].seen().mark("n2", "read");
  await pass(browser);
  assert.deepEqual(listed(tabs[0]), ["n2", "n1"]);
  tabs[0].seen().lookAt({});
  tabs[0].seen().lookAt({ view: "unread" });
  await pass(browser);
  assert.deepEqual(listed(tabs[0]), ["n1"]);
});

test("the inbox goes on below what the connection holds, and follows from there", async () => {
  const { browser, tabs, socket } = await opened(1, Array.from({ length: 30 }, (_, index) => item(100 - index)));
  const [tab] = tabs;
  assert.equal(tab.seen().listedMore, true);
  tab.seen().loadListed();
  tab.seen().loadListed();
  await pass(browser);
  assert.deepEqual(questions(socket).map(({ before }) => before), [71]);
  await answer(browser, socket, [item(70), item(69)], 69);
  assert.deepEqual([listed(tab).length, listed(tab).at(-1), tab.seen().listedMore], [32, "n69", true]);
  socket.say(notifications(100, [item(101)]));
  await pass(browser);
  assert.deepEqual([listed(tab)[0], listed(tab).length], ["n101", 33]);
});

test("a list that was left is still true on the way back", async () => {
  const { browser, tabs, socket } = await opened();
  const [tab] = tabs;
  tab.seen().lookAt({ view: "all" });
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  tab.seen().lookAt({});
  socket.say(notifications(2, [item(3)]));
  await pass(browser);
  const before = questions(socket).length;
  tab.seen().lookAt({ view: "all" });
  await pass(browser);
  assert.deepEqual([listed(tab), questions(socket).length], [["n3", "n2", "n1"], before]);
});

test("a question that was lost with its connection is asked again on the next", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ view: "archived" });
  await pass(browser);
  socket.end(1006);
  await pass(browser, 5_000);
  const next = browser.sockets().at(-1);
  assert.notEqual(next, socket);
  next.events.opened();
  next.say(authOk({ recovered: true }));
  await pass(browser);
  assert.equal(questions(next).at(-1).view, "archived");
  await answer(browser, next, [{ ...item(1), archived_at: AT }]);
  assert.deepEqual(listed(tabs[0]), ["n1"]);
});

test("after a fresh start of the inbox the list is asked anew, and shown meanwhile", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ view: "all" });
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  socket.say(snapshot([item(9), item(8)]));
  await pass(browser);
  assert.deepEqual(listed(tabs[0]), ["n2", "n1"]);
  await answer(browser, socket, [item(9), item(8)]);
  assert.deepEqual(listed(tabs[0]), ["n9", "n8"]);
});

test("what arrives while a page is on its way is not lost", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ view: "all" });
  await pass(browser);
  socket.say(notifications(2, [item(3)]));
  await pass(browser);
  await answer(browser, socket, [item(2), item(1)]);
  assert.deepEqual(listed(tabs[0]), ["n3", "n2", "n1"]);
});

test("a search asks what a new item is to it, once for a burst", async () => {
  const { browser, tabs, socket } = await opened();
  tabs[0].seen().lookAt({ search: "disk" });
  await pass(browser);
  await answer(browser, socket, [item(1)]);
  for (const seq of [3, 4]) socket.say(notifications(seq - 1, [item(seq)]));
  await pass(browser, 400);
  const asked = questions(socket).at(-1);
  assert.deepEqual([asked.search, asked.ids], ["disk", ["n3", "n4"]]);
  await answer(browser, socket, [item(4)]);
  assert.deepEqual(listed(tabs[0]), ["n4", "n1"]);
});
