// The whole browser's half in a world made by hand: what is sent, what the page sees, what is logged.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { createConnection } from "../../assets/live/connection.js";
import { inflateWith } from "../../assets/live/frames.js";
import { deflateWith } from "../../assets/live/packing.js";
import {
  authOk,
  cursorAt,
  fakeProfile,
  fakeWorld,
  item,
  notifications,
  settle,
  snapshot,
  tokenFor,
} from "./world.mjs";

const TOKEN = "POST /api/v1/session/token";

async function started(world = fakeWorld()) {
  const connection = createConnection(world);
  connection.tell({ type: "started", page: "shown", network: "online" });
  await settle();
  return { world, connection, seen: () => connection.getSnapshot() };
}

/** Let the newest socket open and be welcomed. */
async function welcome(world, ok = {}, messages = []) {
  world.socket.events.opened();
  world.socket.say(authOk(ok));
  for (const message of messages) world.socket.say(message);
  await settle();
}

async function connected({ world = fakeWorld(), items = [item(2), item(1)] } = {}) {
  const all = await started(world);
  const full = snapshot(items);
  await welcome(world, { cursor: full.cursor, unread: full.unread, revision: full.revision }, [full]);
  return all;
}

test("signed in, the page goes through the states and shows the list", async () => {
  const { world, connection, seen } = await started();
  const states = [];
  connection.listen({ connectionChange: (...change) => states.push(change) });
  assert.equal(seen().connectionState, "connecting");
  assert.ok(seen().loading);
  await welcome(world, { unread: 2, cursor: cursorAt(2) }, [snapshot([item(2), item(1)])]);
  assert.deepEqual(states, [
    ["authenticating", "", false],
    ["connected", "", true],
  ]);
  assert.deepEqual(
    seen().notifications.map(({ id }) => id),
    ["n2", "n1"],
  );
  assert.deepEqual([seen().unread, seen().loading, seen().isConnected], [2, false, true]);
  assert.deepEqual(seen().user, { id: "u1", name: "alice" });
});

test("the first message is auth, with the token, and nothing is sent before it is answered", async () => {
  const { world } = await started();
  world.socket.events.opened();
  assert.deepEqual(world.socket.sent, [{ type: "auth", token: tokenFor(), protocol: 1 }]);
});

test("the console tells each event in one line and never a token", async () => {
  const { world, connection } = await started();
  await welcome(world, {}, [snapshot([])]);
  world.socket.end(1006);
  world.doors[TOKEN] = undefined;
  await world.clock.pass(31_000);
  connection.tell({ type: "pageHid" });
  await world.clock.pass(2_000);
  connection.tell({ type: "pageShown" });
  connection.tell({ type: "wentOffline" });
  connection.tell({ type: "cameOnline" });
  await settle();
  assert.deepEqual(world.lines.slice(0, 15), [
    "[WebSocket] connection established",
    "[WebSocket] authentication success",
    "[WebSocket] connection lost (1006 without a word)",
    "[WebSocket] reconnection attempt 1/5 in 1.0 s",
    "[WebSocket] reconnection attempt 2/5 in 2.0 s",
    "[WebSocket] reconnection attempt 3/5 in 4.0 s",
    "[WebSocket] reconnection attempt 4/5 in 8.0 s",
    "[WebSocket] reconnection attempt 5/5 in 16.0 s",
    "[WebSocket] gave up",
    "[WebSocket] visibility hidden",
    "[WebSocket] paused",
    "[WebSocket] visibility visible",
    "[WebSocket] resumed",
    "[WebSocket] network offline",
    "[WebSocket] network online",
  ]);
  assert.equal(
    world.lines.some((line) => line.includes(tokenFor())),
    false,
  );
});

test("a refused authentication is told with its code", async () => {
  const { world } = await started();
  world.socket.events.opened();
  world.socket.end(4403);
  assert.equal(world.lines.at(-1), "[WebSocket] authentication failure (4403 forbidden)");
});

test("a drop comes back with the cursor, names the old connection, and shows what was missed", async () => {
  const { world, connection, seen } = await connected();
  const heard = [];
  connection.listen({ notification: (one, replay) => heard.push([one.id, replay]) });
  world.socket.end(1006);
  assert.equal(seen().connectionState, "reconnecting");
  assert.equal(seen().retryAt, world.wallNow() + 1000);
  assert.equal(seen().notifications.length, 2, "the list stays while reconnecting");
  await world.clock.pass(1_000);
  world.socket.events.opened();
  const { cursor, replaces } = world.socket.last("auth");
  assert.deepEqual([cursor, replaces], [cursorAt(2), "c1"]);
  world.socket.say(
    authOk({ connection: "c2", recovered: true, cursor: cursorAt(4), unread: 4, revision: 4 }),
  );
  world.socket.say(notifications(2, [item(3), item(4, { read_at: "x" })], { replay: true }));
  assert.deepEqual(
    seen().notifications.map(({ seq }) => seq),
    [4, 3, 2, 1],
  );
  assert.deepEqual([seen().replayed, seen().quality.replayed, seen().quality.drops], [2, 2, 1]);
  assert.deepEqual(heard, [["n3", true]], "what was read elsewhere meanwhile is no news");
  assert.equal(seen().retryAt, null);
});

test("the snapshot object stays the same while nothing changed", async () => {
  const { world, seen } = await connected();
  const before = seen();
  assert.equal(seen(), before);
  world.socket.say({ type: "pong", t: "unknown" });
  assert.equal(seen().notifications, before.notifications);
  assert.equal(seen().mark, before.mark);
});

test("subscribers are told at once, then no more than twenty times a second", async () => {
  const { world, connection, seen } = await connected();
  let told = 0;
  connection.subscribe(() => (told += 1));
  for (let seq = 3; seq < 103; seq += 1) world.socket.say(notifications(seq - 1, [item(seq)]));
  assert.equal(told, 1);
  assert.equal(seen().notifications.length, 102);
  await world.clock.pass(1_000);
  assert.equal(told, 2);
});

test("pings are answered, and the line is measured once a heartbeat", async () => {
  const { world, seen } = await connected();
  world.socket.say({ type: "ping", t: 77, seq: 2 });
  assert.deepEqual(world.socket.last("pong"), { type: "pong", t: 77 });
  const { t } = world.socket.last("ping");
  await world.clock.pass(40);
  world.socket.say({ type: "pong", t });
  assert.deepEqual(seen().quality.samples, [40]);
  assert.equal(seen().quality.roundTripMs, 40);
});

test("drops are counted by the day, across reloads, and start over the next day", async () => {
  const profile = fakeProfile();
  const before = await connected({ world: fakeWorld({ profile }) });
  before.world.socket.end(1006);
  assert.equal(before.seen().quality.dropsToday, 1);
  await before.world.clock.pass(100);
  const next = await started(fakeWorld({ profile }));
  assert.deepEqual([next.seen().quality.dropsToday, next.seen().quality.drops], [1, 0]);
  await welcome(next.world, { recovered: true, cursor: cursorAt(2) });
  next.world.wallOffset += 86_400_000;
  next.world.socket.end(1006);
  assert.equal(next.seen().quality.dropsToday, 1);
});

test("a return says how many it brought, or that the list was loaded anew", async () => {
  const { world, seen } = await connected();
  assert.equal(seen().quality.lastReturn, null, "the first coming is no return");
  world.socket.end(1006);
  await world.clock.pass(1_000);
  await welcome(world, { recovered: true, cursor: cursorAt(4) }, [
    notifications(2, [item(3), item(4)], { replay: true }),
  ]);
  assert.deepEqual(seen().quality.lastReturn, { at: world.wallNow(), replayed: 2 });
  world.socket.end(1006);
  await world.clock.pass(2_000);
  await welcome(world, { cursor: cursorAt(900) }, [snapshot([item(900)])]);
  assert.deepEqual(seen().quality.lastReturn, { at: world.wallNow(), replayed: null });
});

test("forty silent seconds end the connection", async () => {
  const { world, seen } = await connected();
  await world.clock.pass(39_000);
  assert.equal(seen().isConnected, true);
  world.socket.say({ type: "ping", t: 1, seq: 2 });
  await world.clock.pass(39_999);
  assert.equal(seen().isConnected, true);
  const old = world.socket;
  await world.clock.pass(1);
  assert.equal(seen().connectionState, "reconnecting");
  assert.equal(old.isOpen, false);
});

test("a server that neither opens nor answers is left after ten seconds", async () => {
  const { world, seen } = await started();
  await world.clock.pass(9_999);
  assert.equal(seen().connectionState, "connecting");
  await world.clock.pass(1);
  assert.equal(seen().connectionState, "reconnecting");
  assert.equal(world.openSockets(), 0);
});

test("the token is renewed before it is old, and nothing visible changes", async () => {
  const { world, seen } = await connected();
  for (let heartbeat = 0; heartbeat < 8; heartbeat += 1) {
    world.socket.say({ type: "ping", t: 1, seq: 2 });
    await world.clock.pass(30_000);
  }
  const auths = world.socket.sent.filter(({ type }) => type === "auth");
  assert.deepEqual(auths[1], { type: "auth", token: tokenFor(), protocol: 1 });
  const before = seen();
  world.socket.say(authOk({ renewed: true, unread: 99, cursor: cursorAt(999) }));
  assert.deepEqual([seen().unread, seen().connectionState], [before.unread, "connected"]);
  assert.equal(world.sockets.length, 1);
});

test("a renewal that finds somebody else signed in begins a new connection", async () => {
  const { world, seen } = await connected();
  world.user = "u2";
  const old = world.socket;
  for (let heartbeat = 0; heartbeat < 8; heartbeat += 1) {
    world.socket.say({ type: "ping", t: 1, seq: 2 });
    await world.clock.pass(30_000);
  }
  await settle();
  assert.equal(old.isOpen, false);
  assert.equal(old.sent.filter(({ type }) => type === "auth").length, 1);
  assert.equal(seen().notifications.length, 0);
  world.socket.events.opened();
  assert.equal(world.socket.last("auth").cursor, undefined);
});

test("a renewal that finds a newer session of the same person begins a new connection too", async () => {
  const { world, seen } = await connected();
  world.session = "s2";
  for (let heartbeat = 0; heartbeat < 8; heartbeat += 1) {
    world.socket.say({ type: "ping", t: 1, seq: 2 });
    await world.clock.pass(30_000);
  }
  assert.equal(world.sockets.length, 2);
  assert.equal(seen().notifications.length, 2);
});

test("a `closing` frame is acted upon without waiting for the close", async () => {
  const { world, seen } = await connected();
  world.socket.say({ type: "closing", code: 1012, reason: "restarting", retry_after_ms: 5000 });
  assert.equal(seen().retryAt, world.wallNow() + 5000);
  world.socket.end(1012);
  assert.equal(seen().attempt, 1, "the close that follows is a ghost's");
  await world.clock.pass(5_000);
  assert.equal(world.sockets.length, 2);
});

test("an upset token route is asked again when it said", async () => {
  const world = fakeWorld();
  world.doors[TOKEN] = { status: 503, body: null, retryAfterMs: 7000 };
  const { seen } = await started(world);
  assert.equal(seen().retryAt, world.wallNow() + 7000);
});

test("a hole is asked for again within five seconds", async () => {
  const { world, seen } = await connected();
  world.socket.say(notifications(5, [item(6)]));
  assert.equal(seen().notifications.length, 2);
  await world.clock.pass(5_000);
  assert.equal(world.sockets.length, 2);
  world.socket.events.opened();
  assert.deepEqual(world.socket.last("auth").cursor, cursorAt(2));
});

test("a ping that names a higher number leads to asking again, unless it arrives after all", async () => {
  const { world } = await connected();
  world.socket.say({ type: "ping", t: 1, seq: 3 });
  world.socket.say(notifications(2, [item(3)]));
  await world.clock.pass(5_000);
  assert.equal(world.sockets.length, 1);
  world.socket.say({ type: "ping", t: 1, seq: 4 });
  await world.clock.pass(5_000);
  assert.equal(world.sockets.length, 2);
});

test("hidden for two seconds holds no socket at all, shown again is complete at once", async () => {
  const { world, connection, seen } = await connected();
  connection.tell({ type: "pageHid" });
  await world.clock.pass(1_999);
  assert.equal(world.openSockets(), 1);
  await world.clock.pass(1);
  assert.deepEqual([world.openSockets(), seen().reason], [0, "hidden"]);
  assert.deepEqual(world.left, ["released"]);
  await world.clock.pass(3_600_000);
  assert.equal(world.sockets.length, 1);
  connection.tell({ type: "pageShown" });
  await settle();
  assert.equal(world.sockets.length, 2);
});

test("a woken socket that is dead is replaced within the probe's deadline", async () => {
  const { world, connection, seen } = await connected();
  connection.tell({ type: "nudged" });
  connection.tell({ type: "nudged" });
  await world.clock.pass(4_000);
  assert.equal(world.sockets.length, 2);
  assert.equal(seen().quality.drops, 1);
});

test("given up, a healthy answer brings the connection back", async () => {
  const world = fakeWorld();
  world.doors[TOKEN] = undefined;
  const { seen } = await started(world);
  await world.clock.pass(31_000);
  assert.equal(seen().reason, "gave_up");
  world.doors["GET /healthz"] = { status: 503 };
  await world.clock.pass(60_000);
  assert.equal(seen().reason, "gave_up");
  world.doors["GET /healthz"] = { status: 200 };
  world.doors[TOKEN] = { status: 200, body: { token: tokenFor(), expires_in: 300 } };
  await world.clock.pass(60_000);
  assert.equal(seen().connectionState, "connecting");
});

test("without a session the page goes to sign-in once and tries nothing more", async () => {
  const world = fakeWorld();
  world.doors[TOKEN] = { status: 401, body: null };
  const { connection, seen } = await started(world);
  for (const type of ["nudged", "pageShown", "cameOnline", "signedOut"]) connection.tell({ type });
  await world.clock.pass(600_000);
  assert.deepEqual([seen().reason, world.left, world.sockets.length], ["signed_out", ["/login"], 0]);
});

test("nothing survives a sign-out: not in memory, not on disk, not in the other tabs", async () => {
  const profile = fakeProfile();
  const one = await connected({ world: fakeWorld({ profile }) });
  const two = await connected({ world: fakeWorld({ profile }) });
  one.seen().mark("n1", "read");
  await one.world.clock.pass(2_000);
  assert.ok(await profile.storage.readCache("u1"));
  one.world.doors["DELETE /api/v1/session"] = { status: 204, body: null };
  assert.equal(await one.seen().signOut(), true);
  await settle();
  for (const { world, seen } of [one, two]) {
    assert.deepEqual(
      [seen().reason, seen().notifications, seen().unread, seen().user],
      ["signed_out", [], 0, null],
    );
    assert.equal(world.openSockets(), 0);
    assert.deepEqual(world.left, ["/login"]);
    world.sockets[0].say(notifications(2, [item(3)]));
    await world.clock.pass(5_000);
    assert.deepEqual(seen().notifications, []);
  }
  assert.equal(await profile.storage.readCache("u1"), undefined);
  assert.deepEqual(await profile.storage.operations("u1"), []);
});

test("the end of an older session does not sign out a tab of the newer one", async () => {
  const profile = fakeProfile();
  const old = await connected({ world: fakeWorld({ profile }) });
  const fresh = await started(fakeWorld({ profile }));
  await welcome(fresh.world, { session: "s2" }, [snapshot([])]);
  old.world.socket.end(4410);
  assert.equal(old.seen().reason, "signed_out");
  assert.equal(fresh.seen().isConnected, true);
});

test("a sign-out that does not reach the server leaves the person signed in and says so", async () => {
  const { seen } = await connected();
  assert.equal(await seen().signOut(), false);
  assert.equal(seen().isConnected, true);
  assert.match(seen().error, /still signed in/);
});

test("restored from the back-forward cache nothing private shows before a token says who looks", async () => {
  const { world, connection, seen } = await connected();
  connection.tell({ type: "pageLeft" });
  assert.deepEqual([seen().notifications, seen().unread, seen().user, seen().loading], [[], 0, null, true]);
  world.doors[TOKEN] = { status: 401, body: null };
  connection.tell({ type: "pageReturned" });
  await settle();
  assert.deepEqual([seen().notifications, seen().reason, world.left], [[], "signed_out", ["/login"]]);
  connection.tell({ type: "pageReturned" });
  await settle();
  assert.deepEqual(world.left, ["/login", "/login"], "restored once more, it leaves once more");
});

test("restored from the back-forward cache with a live session, the list is back", async () => {
  const { connection, seen } = await connected();
  connection.tell({ type: "pageLeft" });
  connection.tell({ type: "pageReturned" });
  await settle();
  assert.equal(seen().notifications.length, 2);
});

test("the cache is painted before the first frame and corrected by what follows", async () => {
  const profile = fakeProfile();
  const before = await connected({ world: fakeWorld({ profile }) });
  await before.world.clock.pass(2_000);
  const { world, seen } = await started(fakeWorld({ profile }));
  assert.deepEqual(
    seen().notifications.map(({ id }) => id),
    ["n2", "n1"],
  );
  assert.deepEqual([seen().isConnected, seen().unread, seen().user.name], [false, 2, "alice"]);
  world.socket.events.opened();
  assert.deepEqual(world.socket.last("auth").cursor, cursorAt(2));
  await welcome(world, { cursor: cursorAt(9) }, [snapshot([item(9)])]);
  assert.deepEqual(
    seen().notifications.map(({ id }) => id),
    ["n9"],
  );
});

test("another person's cache is never painted, and their cursor never sent", async () => {
  const profile = fakeProfile();
  const before = await connected({ world: fakeWorld({ profile }) });
  await before.world.clock.pass(2_000);
  const { world, seen } = await started(fakeWorld({ profile, user: "u2" }));
  assert.deepEqual(seen().notifications, []);
  world.socket.events.opened();
  assert.equal(world.socket.last("auth").cursor, undefined);
});

test("a list that turns out to be somebody else's is dropped and asked for anew", async () => {
  const { world, seen } = await connected();
  world.socket.end(1006);
  await world.clock.pass(1_000);
  await welcome(world, { user: { id: "u9", name: "eve" }, recovered: true, cursor: cursorAt(5) });
  world.sockets[1].say(notifications(2, [item(3)], { replay: true }));
  assert.deepEqual(seen().notifications, []);
  world.user = "u9";
  await world.clock.pass(2_000);
  assert.equal(world.sockets.length, 3);
  world.socket.events.opened();
  assert.equal(world.socket.last("auth").cursor, undefined);
});

test("marks made while away are sent once, in order, after the next auth_ok", async () => {
  const { world, seen } = await connected();
  world.socket.end(1006);
  seen().mark("n1", "read");
  seen().mark(["n2"], "archived");
  seen().markAll("read");
  assert.deepEqual(
    seen().notifications.map(({ id, pending }) => [id, pending]),
    [["n1", true]],
  );
  assert.equal(seen().unread, 0);
  await world.clock.pass(1_000);
  world.socket.events.opened();
  assert.equal(world.socket.last("mark"), undefined);
  world.socket.say(authOk({ recovered: true, cursor: cursorAt(2), unread: 2 }));
  await settle();
  const sent = () =>
    world.socket.sent.filter(({ type }) => type.startsWith("mark")).map(({ type, as }) => [type, as]);
  assert.deepEqual(sent(), [
    ["mark", "read"],
    ["mark", "archived"],
    ["mark_all", "read"],
  ]);
  await world.clock.pass(5_000);
  assert.equal(sent().length, 3);
});

test("everything read at once can be taken back at once, beyond what is loaded too", async () => {
  const { world, seen } = await connected();
  world.socket.say({ type: "updated", items: [], unread: 500, revision: 3 }); // more than this browser holds
  seen().markAll("read", "all");
  assert.equal(seen().unread, 0);
  world.socket.say({ type: "ack", ref: "all", unread: 0, revision: 4 });
  seen().undo("all", "unread", "back");
  assert.equal(seen().unread, 500);
  assert.ok(seen().notifications.every(({ read_at, pending }) => read_at === null && pending));
  assert.deepEqual(world.socket.last("undo"), { type: "undo", id: "back", of: "all", as: "unread" });
  world.socket.say({ type: "ack", ref: "back", unread: 499, revision: 5 });
  assert.equal(seen().unread, 499, "the number is the server's");
  assert.ok(seen().notifications.every(({ read_at, pending }) => read_at === null && !pending));
});

test("what a person does is shown at once, however short the last change is ago", async () => {
  const { connection, seen } = await connected();
  let drawn = [];
  connection.subscribe(() => (drawn = seen().notifications.map(({ id }) => id)));
  seen().mark("n1", "read");
  seen().mark("n2", "archived");
  assert.deepEqual(drawn, ["n1"]);
});

test("an undo made while away waits behind what it takes back", async () => {
  const { world, seen } = await connected();
  world.socket.end(1006);
  seen().markAll("read", "all");
  seen().undo("all", "unread", "back");
  assert.equal(seen().unread, 2);
  await world.clock.pass(1_000);
  await welcome(world, { recovered: true, cursor: cursorAt(2), unread: 2 });
  const sent = world.socket.sent.filter(({ type }) => ["mark_all", "undo"].includes(type));
  assert.deepEqual(sent.map(({ id }) => id), ["all", "back"]);
});

test("marks made offline survive a reload in between", async () => {
  const profile = fakeProfile();
  const before = await connected({ world: fakeWorld({ profile }) });
  await before.world.clock.pass(2_000);
  before.connection.tell({ type: "wentOffline" });
  before.seen().mark("n1", "read");
  before.seen().mark("n2", "pinned");
  profile.alive.delete(before.world.owner);
  const { world, seen } = await started(fakeWorld({ profile }));
  assert.equal(
    seen().notifications.every(({ pending }) => pending),
    true,
  );
  await welcome(world, { recovered: true, cursor: cursorAt(2) });
  const marks = world.socket.sent.filter(({ type }) => type === "mark");
  assert.deepEqual(
    marks.map(({ as }) => as),
    ["read", "pinned"],
  );
  for (const { id } of marks) world.socket.say({ type: "ack", ref: id, unread: 1, revision: 4 });
  await settle();
  assert.deepEqual(await profile.storage.operations("u1"), []);
});

test("an acknowledged mark stays, without flicker and without its pending mark", async () => {
  const { world, seen } = await connected();
  seen().mark("n1", "read");
  const { id } = world.socket.last("mark");
  world.socket.say({ type: "ack", ref: id, unread: 1, revision: 3 });
  assert.deepEqual(
    [seen().notifications[1].pending, seen().notifications[1].read_at !== null, seen().unread],
    [undefined, true, 1],
  );
});

test("a refused mark is taken back with a sentence", async () => {
  const { world, seen } = await connected();
  seen().mark("n1", "read");
  world.socket.say({
    type: "error",
    code: "not_found",
    message: "There is no such item.",
    ref: world.socket.last("mark").id,
  });
  assert.equal(seen().notifications[1].read_at, null);
  assert.equal(seen().unread, 2);
  assert.equal(seen().error, "This could not be done: There is no such item.");
});

test("a mark the server has no time for is sent again when it said", async () => {
  const { world, seen } = await connected();
  seen().mark("n1", "read");
  const { id } = world.socket.last("mark");
  world.socket.say({ type: "error", code: "unavailable", message: "Later.", ref: id, retry_after_s: 2 });
  assert.equal(seen().notifications[1].pending, true);
  await world.clock.pass(2_000);
  assert.equal(world.socket.sent.filter((message) => message.id === id).length, 2);
});

test("older items are loaded once at a time and added below", async () => {
  const items = Array.from({ length: 30 }, (_, index) => item(60 - index));
  const { world, seen } = await connected({ items });
  assert.ok(seen().hasMore);
  seen().loadMore();
  seen().loadMore();
  assert.ok(seen().loadingMore);
  const asked = world.socket.sent.filter(({ type }) => type === "history");
  assert.deepEqual(asked, [{ type: "history", id: asked[0].id, view: "inbox", limit: 50, before: 31 }]);
  world.socket.say({ type: "history", ref: asked[0].id, items: [item(30), item(29)], next: null });
  assert.deepEqual([seen().notifications.length, seen().hasMore, seen().loadingMore], [32, false, false]);
});

test("deflated frames keep their place among the others", async () => {
  const world = fakeWorld();
  world.inflate = inflateWith(DecompressionStream);
  const { seen } = await connected({ world });
  assert.deepEqual(world.socket.last("auth").accept, ["deflate"]);
  const packed = deflateRawSync(JSON.stringify(notifications(2, [item(3)])));
  world.socket.events.frame(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length));
  world.socket.say(notifications(3, [item(4)]));
  for (let turn = 0; turn < 5_000 && seen().notifications.length < 4; turn += 1) await settle();
  assert.deepEqual(
    seen().notifications.map(({ seq }) => seq),
    [4, 3, 2, 1],
  );
  assert.equal(world.sockets.length, 1);
});

test("a large message goes out deflated, and what is said after it does not overtake it", async () => {
  const world = fakeWorld();
  world.deflate = deflateWith(CompressionStream);
  const { seen } = await connected({ world });
  const ids = Array.from({ length: 200 }, (_, index) => `number-${index}`);
  seen().mark(ids, "read");
  seen().mark("n1", "unread");
  for (let turn = 0; turn < 5_000 && world.socket.sent.length < 4; turn += 1) await settle();
  assert.deepEqual(
    world.socket.sent.filter(({ type }) => type === "mark").map(({ as }) => as),
    ["read", "unread"],
  );
  assert.equal(world.socket.packed, 1);
});

test("before the welcome nothing is deflated, and what cannot be made smaller neither", async () => {
  const world = fakeWorld();
  world.deflate = async () => new ArrayBuffer(100_000);
  const { seen } = await connected({ world });
  seen().sendMessage({ type: "custom_message", data: "x".repeat(5_000) });
  for (let turn = 0; turn < 50; turn += 1) await settle();
  assert.deepEqual([world.socket.packed, world.socket.last("custom_message").data.length], [0, 5_000]);
});

test("a bomb is not inflated to its end, and the connection starts over", async () => {
  const inflate = inflateWith(DecompressionStream);
  const bomb = deflateRawSync(Buffer.alloc(20 * 1024 * 1024, 32));
  await assert.rejects(inflate(bomb, 8 * 1024 * 1024), RangeError);
  const world = fakeWorld();
  world.inflate = async () => Promise.reject(new RangeError());
  const { seen } = await connected({ world });
  world.socket.events.frame(new ArrayBuffer(4));
  for (let turn = 0; turn < 5; turn += 1) await settle();
  assert.equal(seen().connectionState, "reconnecting");
});

test("a page may send its own messages, but not authenticate, and only when connected", async () => {
  const { world, seen } = await connected();
  assert.equal(seen().sendMessage({ type: "custom_message", data: { a: 1 } }), true);
  assert.deepEqual(world.socket.sent.at(-1), { type: "custom_message", data: { a: 1 } });
  assert.equal(seen().sendMessage({ type: "auth", token: "x" }), false);
  assert.equal(seen().sendMessage({ type: "custom_message", data: "é".repeat(40_000) }), false);
  world.socket.end(1006);
  assert.equal(seen().sendMessage({ type: "custom_message" }), false);
});

test("wrong credentials and too many attempts are said in sentences", async () => {
  const world = fakeWorld();
  const { getSnapshot } = createConnection(world);
  world.doors["POST /api/v1/session"] = { status: 401, body: null };
  assert.equal(await getSnapshot().signIn("alice", "x"), false);
  assert.equal(getSnapshot().error, "The name or the password is wrong.");
  world.doors["POST /api/v1/session"] = { status: 429, body: null, retryAfterMs: 600_000 };
  await getSnapshot().signIn("alice", "x");
  assert.match(getSnapshot().error, /10 min/);
  world.doors["POST /api/v1/session"] = { status: 200, body: { user: {} } };
  assert.equal(await getSnapshot().signIn("alice", "y"), true);
  assert.deepEqual([world.left, getSnapshot().error, world.sockets.length], [["/"], "", 0]);
});

test("what a person closed is not revived by weather", async () => {
  const { world, connection, seen } = await connected();
  seen().disconnect();
  for (const type of ["nudged", "pageHid", "pageShown", "wentOffline", "cameOnline", "started"])
    connection.tell({ type });
  await world.clock.pass(600_000);
  assert.deepEqual([seen().reason, world.sockets.length], ["closed", 1]);
  seen().reconnect();
  await settle();
  assert.equal(world.sockets.length, 2);
});

test("a wall clock that jumps by a day moves no timer", async () => {
  const { world, seen } = await connected();
  world.wallOffset += 86_400_000;
  await world.clock.pass(39_999);
  assert.equal(seen().isConnected, true);
  world.wallOffset -= 2 * 86_400_000;
  world.socket.end(1006);
  await world.clock.pass(1_000);
  assert.equal(world.sockets.length, 2);
});

test("a resume that brings nothing though it promised is answered by asking for a snapshot", async () => {
  const { world } = await connected();
  world.socket.say({ type: "ping", t: 1, seq: 5 });
  await world.clock.pass(2_000);
  world.socket.events.opened();
  assert.deepEqual(world.socket.last("auth").cursor, cursorAt(2));
  world.socket.say(authOk({ recovered: true, cursor: cursorAt(5) }));
  await world.clock.pass(4_000);
  assert.equal(world.sockets.length, 3);
  world.socket.events.opened();
  assert.equal(world.socket.last("auth").cursor, undefined);
});

test("frames that are not messages end the connection instead of being guessed at", async () => {
  const { world, seen } = await connected();
  world.socket.events.frame("not json");
  assert.equal(seen().connectionState, "reconnecting");
});

test("what somebody has chosen comes with the welcome, and again when it is changed elsewhere", async () => {
  const { world, seen } = await started();
  assert.equal(seen().preferences, null);
  await welcome(world, { preferences: { theme: "dark" } }, [snapshot([])]);
  assert.deepEqual(seen().preferences, { theme: "dark" });
  world.socket.say({ type: "preferences", preferences: { theme: "light" } });
  await settle();
  assert.deepEqual(seen().preferences, { theme: "light" });
  world.socket.say({ type: "preferences", preferences: null });
  await settle();
  assert.deepEqual(seen().preferences, {});
});

test("an older server that knows of no choices changes nothing", async () => {
  const { world, seen } = await started();
  await welcome(world, {}, [snapshot([])]);
  assert.equal(seen().preferences, null);
});
