// The lists of a tab: what belongs to a view, and a list that stays true while the inbox moves on.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as listings from "../../assets/live/listing.js";
import { asked, belongs, INBOX, keyOf, mayBringIn, questionOf } from "../../assets/live/question.js";
import { item, loadedDice } from "./world.mjs";

const AT = "2026-11-23T10:00:00Z";
const page = (seqs, next = null, more = {}) => ({ items: seqs.map((seq) => ({ ...item(seq), ...more })), next });
const asking = (said) => questionOf(said);
const ids = (listing, operations = []) => listings.shown(listing, operations).map(({ id }) => id);
const loaded = (question, ...pages) =>
  pages.reduce((listing, one) => listings.continued(listing, one), listings.begun(asking(question)));
const marking = (as, ...items) => ({ id: "o1", user: "u", owner: "t", at: AT, message: { type: "mark", id: "o1", as, items } });

test("what an address says becomes a question, and nonsense is left out", () => {
  assert.deepEqual(asking({}), INBOX);
  assert.deepEqual(asking({ view: "nothing", level: "loud", search: 7 }), INBOX);
  assert.equal(asking({ source: "a\0b" }).source, "ab");
  assert.deepEqual(asked(asking({ view: "all", level: "error", search: " " })), { view: "all", level: "error" });
  assert.equal(keyOf(asking({ search: " disk  full " })), keyOf(asking({ search: "disk full" })));
});

test("an item belongs where its marks say", () => {
  const plain = item(1);
  const where = (one) => ["inbox", "unread", "archived", "snoozed", "all"].filter((view) => belongs(one, asking({ view })));
  assert.deepEqual(where(plain), ["inbox", "unread", "all"]);
  assert.deepEqual(where({ ...plain, read_at: AT }), ["inbox", "all"]);
  assert.deepEqual(where({ ...plain, archived_at: AT }), ["archived", "all"]);
  assert.deepEqual(where({ ...plain, snoozed_until: AT }), ["snoozed", "all"]);
  assert.deepEqual(where({ ...plain, snoozed_until: AT, archived_at: AT }), ["archived", "all"]);
});

test("filters are exact, and a field that is missing matches none", () => {
  const one = { ...item(1), level: "error", source: "backup", category: null };
  assert.ok(belongs(one, asking({ level: "error", source: "backup" })));
  assert.ok(!belongs(one, asking({ level: "info" })));
  assert.ok(!belongs(one, asking({ category: "db" })));
});

test("a change may bring something in only where its marks point", () => {
  const views = (change) => ["inbox", "unread", "archived", "snoozed", "all"].filter((view) => mayBringIn(change, view));
  assert.deepEqual(views({ read_at: AT }), []);
  assert.deepEqual(views({ read_at: null }), ["unread"]);
  assert.deepEqual(views({ archived_at: AT }), ["archived"]);
  assert.deepEqual(views({ archived_at: null }), ["inbox", "unread", "snoozed"]);
  assert.deepEqual(views({ snoozed_until: AT }), ["snoozed"]);
});

test("older pages go below, and say when there are no more", () => {
  const listing = loaded({ view: "all" }, page([9, 8], 8), page([7, 6]));
  assert.deepEqual(ids(listing), ["n9", "n8", "n7", "n6"]);
  assert.deepEqual([listing.hasMore, listing.floor], [false, -1]);
});

test("what arrives and belongs comes on top, what does not stays out", () => {
  const errors = loaded({ level: "error" }, page([2], null, { level: "error" }));
  const arrived = [item(3), { ...item(4), level: "error" }];
  assert.deepEqual(ids(listings.delivered(errors, arrived)), ["n4", "n2"]);
});

test("what is updated in place moves up and is there once", () => {
  const listing = loaded({ view: "all" }, page([3, 2, 1]));
  assert.deepEqual(ids(listings.delivered(listing, [{ ...item(4), id: "n1" }])), ["n1", "n3", "n2"]);
});

test("what no longer belongs leaves, and comes back when it is taken back", () => {
  const listing = loaded({}, page([3, 2, 1]));
  const without = listings.changed(listing, [{ id: "n2", archived_at: AT }]);
  assert.deepEqual(ids(without), ["n3", "n1"]);
  assert.deepEqual(ids(listings.changed(without, [{ id: "n2", archived_at: null }])), ["n3", "n2", "n1"]);
});

test("what is done here is seen at once, before the server has heard of it", () => {
  const listing = loaded({}, page([2, 1]));
  assert.deepEqual(ids(listing, [marking("archived", "n2")]), ["n1"]);
  const [first] = listings.shown(listing, [marking("pinned", "n2")]);
  assert.deepEqual([first.pinned_at, first.pending], [AT, true]);
  const settled = listings.settled(listing, marking("archived", "n2"));
  assert.deepEqual(ids(settled), ["n1"]);
});

test("an unread one that is opened stays until one looks again", () => {
  const listing = listings.keeping(loaded({ view: "unread" }, page([2, 1])), ["n2"]);
  const read = listings.changed(listing, [{ id: "n2", read_at: AT }, { id: "n1", read_at: AT }]);
  assert.deepEqual(ids(read), ["n2"]);
  assert.deepEqual(ids(listings.revisited(read)), []);
  assert.deepEqual(ids(listings.changed(read, [{ id: "n2", archived_at: AT }])), []);
});

test("a stranger that may belong is asked about, and nothing else is", () => {
  const archived = loaded({ view: "archived" }, page([5], null, { archived_at: AT }));
  const doubting = listings.changed(archived, [{ id: "n7", archived_at: AT }, { id: "n8", read_at: AT }]);
  assert.deepEqual(doubting.doubts, ["n7"]);
  const cleared = listings.cleared(listings.asking(doubting), ["n7"], [{ ...item(7), archived_at: AT }]);
  assert.deepEqual([ids(cleared), cleared.doubts], [["n7", "n5"], []]);
});

test("a stranger from further down waits for its page", () => {
  const listing = loaded({ view: "archived" }, page([9, 8], 8, { archived_at: AT }));
  assert.deepEqual(ids(listings.cleared(listing, ["n3"], [{ ...item(3), archived_at: AT }])), ["n9", "n8"]);
});

test("whether something new matches a search, only the server says", () => {
  const listing = loaded({ search: "disk" }, page([2, 1]));
  const doubting = listings.delivered(listing, [item(3), { ...item(4), id: "n1" }]);
  assert.deepEqual([ids(doubting), doubting.doubts], [["n2", "n1"], ["n3", "n1"]]);
  const cleared = listings.cleared(listings.asking(doubting), ["n3", "n1"], [item(3)]);
  assert.deepEqual(ids(cleared), ["n3", "n2"]);
});

test("with too many doubts the list is asked anew", () => {
  const changes = Array.from({ length: 101 }, (_, index) => ({ id: `x${index}`, archived_at: AT }));
  const listing = listings.changed(loaded({ view: "archived" }, page([])), changes);
  assert.deepEqual([listing.isStale, listing.doubts], [true, []]);
  assert.deepEqual(ids(listings.renewed(listing, page([1], null, { archived_at: AT }))), ["n1"]);
});

// ---- the promise: pages + messages ≡ the same pages asked anew

/** A server with one inbox: it delivers, changes, and answers questions. */
function inboxServer(dice) {
  let items = [];
  let seq = 0;
  const pick = () => items[Math.floor(dice() * items.length)];
  const put = (one) => {
    items = [one, ...items.filter(({ id }) => id !== one.id)];
    return one;
  };
  return {
    deliver() {
      const again = dice() < 0.2 ? pick() : undefined;
      const level = dice() < 0.5 ? "error" : "info";
      seq += 1;
      return put({ ...item(seq), ...(again ? { id: again.id } : {}), level });
    },
    change() {
      const one = pick();
      if (!one) return null;
      const field = ["read_at", "archived_at", "snoozed_until"][Math.floor(dice() * 3)];
      const change = { id: one.id, [field]: one[field] === null ? AT : null };
      items = items.map((each) => (each.id === one.id ? { ...each, ...change } : each));
      return change;
    },
    find: (question, { before = Infinity, limit = Infinity, only = null } = {}) =>
      items
        .filter((one) => one.seq < before && belongs(one, question) && (only === null || only.includes(one.id)))
        .sort((a, b) => b.seq - a.seq)
        .slice(0, limit),
  };
}

test("a list that followed holds what the same pages would bring anew", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const dice = loadedDice(seed);
    const server = inboxServer(dice);
    for (let n = 0; n < 30; n += 1) server.deliver();
    const question = asking([{}, { view: "unread" }, { view: "archived" }, { view: "snoozed" }, { view: "all", level: "error" }][seed % 5]);
    const ask = (before) => {
      const found = server.find(question, { before, limit: 10 });
      return { items: found, next: found.length === 10 ? found.at(-1).seq : null };
    };
    let listing = listings.continued(listings.begun(question), ask(Infinity));
    for (let step = 0; step < 120; step += 1) {
      const roll = dice();
      if (roll < 0.35) listing = listings.delivered(listing, [server.deliver()]);
      else if (roll < 0.9) {
        const change = server.change();
        if (change) listing = listings.changed(listing, [change]);
      } else if (listing.hasMore) listing = listings.continued(listing, ask(listing.floor));
      const { doubts } = listing;
      listing = listings.cleared(listings.asking(listing), doubts, server.find(question, { only: doubts }));
    }
    const anew = server.find(question).filter(({ seq }) => !listing.hasMore || seq >= listing.floor);
    assert.deepEqual(ids(listing), anew.map(({ id }) => id), `seed ${seed}`);
  }
});
