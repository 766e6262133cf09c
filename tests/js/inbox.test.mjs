// The fold of server messages into an inbox, and what a person did laid over it.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as inboxes from "../../assets/live/inbox.js";
import { isInView, overlay, settle } from "../../assets/live/optimism.js";
import { authOk, cursorAt, item, loadedDice, notifications, snapshot } from "./world.mjs";

const begun = (seqs = [3, 2, 1]) => inboxes.fromSnapshot(snapshot(seqs.map((seq) => item(seq))));
const seqs = (inbox) => inbox.items.map((one) => one.seq);
const take = (inbox, ...messages) =>
  messages.reduce((held, message) => inboxes.delivered(held, message).inbox, inbox);

test("a snapshot is shown newest first, whatever its order", () => {
  assert.deepEqual(seqs(begun([1, 3, 2])), [3, 2, 1]);
});

test("new deliveries go on top and move the cursor", () => {
  const { inbox, arrived } = inboxes.delivered(begun(), notifications(3, [item(4), item(5)], { unread: 5 }));
  assert.deepEqual(seqs(inbox), [5, 4, 3, 2, 1]);
  assert.deepEqual(inbox.cursor, cursorAt(5));
  assert.equal(inbox.unread, 5);
  assert.equal(arrived.length, 2);
});

test("a delivery heard twice is taken once", () => {
  const message = notifications(3, [item(4)]);
  const once = take(begun(), message);
  const { inbox, arrived } = inboxes.delivered(once, message);
  assert.deepEqual(seqs(inbox), [4, 3, 2, 1]);
  assert.deepEqual(arrived, []);
});

test("of a message that overlaps only the new part is taken", () => {
  const { inbox, arrived } = inboxes.delivered(begun(), notifications(1, [item(2), item(3), item(4)]));
  assert.deepEqual(
    arrived.map((one) => one.seq),
    [4],
  );
  assert.deepEqual(seqs(inbox), [4, 3, 2, 1]);
});

test("an update in place moves the item to the top under its old id", () => {
  const inbox = take(begun(), notifications(3, [item(4, { id: "n1", title: "resolved", count: 2 })]));
  assert.deepEqual(
    inbox.items.map((one) => one.id),
    ["n1", "n3", "n2"],
  );
  assert.equal(inbox.items[0].title, "resolved");
});

test("the same id twice in one message stays one item with the higher number", () => {
  const inbox = take(begun([1]), notifications(1, [item(2, { id: "x" }), item(3, { id: "x", count: 2 })]));
  assert.deepEqual(
    inbox.items.map((one) => [one.id, one.seq]),
    [
      ["x", 3],
      ["n1", 1],
    ],
  );
});

test("a hole is noticed and nothing after it is taken", () => {
  const inbox = take(begun(), notifications(5, [item(6)]));
  assert.deepEqual(seqs(inbox), [3, 2, 1]);
  assert.deepEqual(inbox.cursor, cursorAt(3));
  assert.ok(inboxes.isLagging(inbox));
});

test("swapped messages heal by themselves when the first one comes after all", () => {
  const inbox = take(
    begun(),
    notifications(5, [item(6)]),
    notifications(4, [item(5)]),
    notifications(3, [item(4)]),
  );
  assert.deepEqual(seqs(inbox), [6, 5, 4, 3, 2, 1]);
  assert.equal(inboxes.isLagging(inbox), false);
});

test("a message of another epoch is a hole that only a new connection can mend", () => {
  const inbox = take(begun(), notifications(3, [item(4)], { cursor: cursorAt(4, 4, "e2") }));
  assert.deepEqual(seqs(inbox), [3, 2, 1]);
  assert.ok(inboxes.isLagging(inbox));
});

test("a ping that names a higher number shows a silent hole", () => {
  assert.equal(inboxes.isLagging(inboxes.pinged(begun(), 3)), false);
  assert.ok(inboxes.isLagging(inboxes.pinged(begun(), 4)));
  assert.equal(inboxes.isLagging(take(inboxes.pinged(begun(), 4), notifications(3, [item(4)]))), false);
});

test("a replay is missing until it has reached the cursor of auth_ok", () => {
  const welcome = inboxes.welcomed(begun(), authOk({ recovered: true, cursor: cursorAt(5) }));
  assert.ok(inboxes.isLagging(welcome));
  assert.equal(
    inboxes.isLagging(take(welcome, notifications(3, [item(4), item(5)], { replay: true }))),
    false,
  );
});

test("without a snapshot yet, the inbox knows that one is missing", () => {
  assert.ok(inboxes.isLagging(inboxes.welcomed(inboxes.EMPTY, authOk())));
  assert.equal(inboxes.isLagging(inboxes.fromSnapshot(snapshot([]))), false);
});

test("a server that stands behind us is not continued from", () => {
  const inbox = inboxes.welcomed(begun(), authOk({ recovered: true, cursor: cursorAt(1) }));
  assert.equal(inbox.cursor, null);
});

test("changes merge into the items held, and the unread count of the highest revision wins", () => {
  const changed = inboxes.updated(begun(), { items: [{ id: "n2", read_at: "x" }], unread: 2, revision: 10 });
  assert.equal(changed.items[1].read_at, "x");
  assert.deepEqual(changed.cursor, cursorAt(3, 10));
  const late = inboxes.updated(changed, { items: [{ id: "n2", read_at: null }], unread: 3, revision: 9 });
  assert.equal(late.items[1].read_at, "x");
  assert.equal(late.unread, 2);
});

test("something that comes back from the archive unseen is asked for", () => {
  assert.ok(inboxes.bringsBack(begun(), { items: [{ id: "old", archived_at: null }] }));
  assert.equal(
    inboxes.bringsBack(begun(), {
      items: [
        { id: "old", read_at: "x" },
        { id: "n1", archived_at: null },
      ],
    }),
    false,
  );
});

test("older pages are added below and never replace a newer version", () => {
  const inbox = take(begun([10, 9]), notifications(10, [item(11, { id: "n4" })]));
  const paged = inboxes.paged(inbox, { items: [item(8), item(4)], next: 3 }, true);
  assert.deepEqual(seqs(paged), [11, 10, 9, 8]);
  assert.ok(paged.hasMore);
  assert.equal(inboxes.paged(inbox, { items: [], next: null }, true).hasMore, false);
});

test("a full snapshot may have more below it, a short one has not", () => {
  const full = Array.from({ length: 30 }, (_, index) => 50 - index);
  assert.ok(begun(full).hasMore);
  assert.equal(begun(full.map((seq) => seq - 20)).hasMore, false);
  assert.equal(begun([9]).hasMore, false);
});

test("snapshot and messages give what a fresh snapshot gives, also with doubles and swaps", () => {
  const random = loadedDice(3);
  const dice = (sides) => Math.floor(random() * sides);
  for (let round = 0; round < 200; round += 1) {
    const server = new Map();
    const messages = [];
    for (let seq = 1; seq <= 40; seq += 1) {
      const one = item(seq, { id: `id${dice(15)}`, count: seq });
      server.set(one.id, one);
      messages.push(notifications(seq - 1, [one]));
    }
    for (let index = 0; index + 1 < messages.length; index += 1 + dice(4)) {
      if (dice(2)) [messages[index], messages[index + 1]] = [messages[index + 1], messages[index]];
      else messages.splice(index, 0, messages[index]);
    }
    const inbox = take(inboxes.fromSnapshot(snapshot([])), ...messages);
    assert.deepEqual(
      inbox.items,
      [...server.values()].sort((a, b) => b.seq - a.seq),
    );
    assert.equal(inbox.cursor.seq, 40);
    assert.equal(inboxes.isLagging(inbox), false);
  }
});

const AT = "2026-11-23T12:00:00.000Z";
const operation = (message) => ({
  id: "o1",
  user: "u1",
  owner: "t",
  at: AT,
  message: { id: "o1", ...message },
});
const mark = (as, items, more = {}) => operation({ type: "mark", as, items, ...more });

test("a mark shows at once, pending, and the inbox below is untouched", () => {
  const inbox = begun();
  const { items, unread } = overlay(inbox, [mark("read", ["n2"])]);
  assert.deepEqual([items[1].read_at, items[1].pending], [AT, true]);
  assert.equal(unread, 2);
  assert.equal(inbox.items[1].read_at, null);
});

test("each mark does what its word says", () => {
  const past = item(1, {
    read_at: "x",
    archived_at: "x",
    pinned_at: "x",
    snoozed_until: "2030-01-01T00:00:00Z",
  });
  const held = { ...begun([1]), items: [past] };
  const after = (as, more) => overlay(held, [mark(as, ["n1"], more)]).items[0];
  assert.equal(after("read").read_at, AT);
  assert.equal(after("unread").read_at, null);
  assert.equal(after("archived").archived_at, AT);
  assert.equal(after("unarchived").archived_at, null);
  assert.equal(after("pinned").pinned_at, AT);
  assert.equal(after("unpinned").pinned_at, null);
  assert.equal(after("snoozed", { until: "2031-01-01T00:00:00Z" }).snoozed_until, "2031-01-01T00:00:00Z");
  assert.equal(after("unsnoozed").snoozed_until, null);
});

test("the view leaves out what is archived or put off, whatever the clock says", () => {
  assert.equal(isInView(item(1)), true);
  assert.equal(isInView(item(1, { archived_at: "x" })), false);
  assert.equal(isInView(item(1, { snoozed_until: "2001-01-01T00:00:00Z" })), false);
});

test("what was put off is back on top when it is delivered again", () => {
  const held = { ...begun(), items: [item(3), item(2), item(1, { snoozed_until: "2026-11-24T12:00:00Z" })] };
  const inbox = take(held, notifications(3, [item(4, { id: "n1" })]));
  assert.deepEqual(
    inbox.items.filter(isInView).map((one) => one.id),
    ["n1", "n3", "n2"],
  );
});

test("archiving or snoozing something unread takes it out of the count", () => {
  assert.equal(overlay(begun(), [mark("archived", ["n1"])]).unread, 2);
  assert.equal(overlay(begun(), [mark("snoozed", ["n1"], { until: "2026-11-24T12:00:00Z" })]).unread, 2);
});

test("mark all reaches also what is not loaded, but nothing newer than its bound", () => {
  const inbox = { ...begun(), unread: 5000 };
  const all = operation({ type: "mark_all", as: "read", through: 2 });
  const { items, unread } = overlay(inbox, [all]);
  assert.deepEqual(
    items.map((one) => one.read_at),
    [null, AT, AT],
  );
  assert.equal(unread, 1);
});

test("an acknowledged mark becomes part of the inbox with the server's count", () => {
  const inbox = settle(begun(), mark("read", ["n2"]), { unread: 2, revision: 8 });
  assert.equal(inbox.items[1].read_at, AT);
  assert.equal(inbox.items[1].pending, undefined);
  assert.equal(inbox.unread, 2);
  assert.deepEqual(inbox.cursor, cursorAt(3), "the cursor must not skip changes that are still on their way");
});

test("a repeated acknowledgement of long ago changes nothing the inbox has followed since", () => {
  const inbox = { ...begun(), cursor: cursorAt(3, 12) };
  assert.equal(settle(inbox, mark("read", ["n2"]), { unread: 2, revision: 8 }).items[1].read_at, null);
});

test("mark all spares what is put off or archived", () => {
  const held = { ...begun(), items: [item(2, { snoozed_until: "x" }), item(1, { archived_at: "x" })] };
  const { items } = overlay(held, [operation({ type: "mark_all", as: "read", through: 3 })]);
  assert.deepEqual(
    items.map((one) => one.read_at),
    [null, null],
  );
});

test("an acknowledgement does not undo something newer that was heard before it", () => {
  const newer = inboxes.updated(begun(), { items: [{ id: "n2", read_at: null }], unread: 3, revision: 9 });
  const inbox = settle(newer, mark("read", ["n2"]), { unread: 2, revision: 8 });
  assert.equal(inbox.items[1].read_at, null);
  assert.equal(inbox.unread, 3);
});
