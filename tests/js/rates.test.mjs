// What several workers tell, added up, split and named.

import assert from "node:assert/strict";
import { test } from "node:test";
import { grown, named, series, together } from "../../assets/ui/rates.js";

const sample = (at, more = {}) => ({ at: at * 1_000, connections: 1, deliveries: 2, lag_ms: 5, ...more });
const worker = (id, more = {}) => ({
  id, host: "alpha", port: 3000, number: 0, silent_s: null, process: {}, sample: null, database_up: true, redis_up: true, ...more,
});

test("the samples of one worker stay as they are", () => {
  const samples = [sample(1), sample(2)];
  assert.equal(together([samples]), samples);
  assert.deepEqual(together([]), []);
});

test("amounts add up, of times the slowest counts, and what was not measured is passed over", () => {
  const [joined] = together([[sample(1, { lag_ms: 5 })], [sample(1.2, { lag_ms: 50, connections: 3 })], [sample(1, { lag_ms: null })]]);
  assert.deepEqual(joined, { at: 1_000, connections: 5, deliveries: 6, lag_ms: 50 });
});

test("a worker counts as it last said until that is old", () => {
  const seldom = [sample(0, { connections: 10 })];
  const often = Array.from({ length: 30 }, (_, at) => sample(at));
  const joined = together([seldom, often]);
  assert.equal(joined.length, 30);
  assert.equal(joined[0].connections, 11);
  assert.equal(joined[14].connections, 11);
  assert.equal(joined[15].connections, 1);
});

test("a worker that came later is missing before", () => {
  const joined = together([[sample(0), sample(1), sample(2)], [sample(2)]]);
  assert.deepEqual(joined.map(({ connections }) => connections), [1, 1, 2]);
});

test("workers are named by host and number, and by port only where a host has several", () => {
  const titles = (...workers) => named(workers).map(({ title }) => title);
  assert.deepEqual(titles(worker("a")), ["alpha"]);
  assert.deepEqual(titles(worker("a"), worker("b", { number: 1 })), ["alpha · 0", "alpha · 1"]);
  assert.deepEqual(titles(worker("a"), worker("b", { host: "beta" })), ["alpha", "beta"]);
  assert.deepEqual(titles(worker("a"), worker("b", { port: 3001 })), ["alpha:3000", "alpha:3001"]);
});

test("lines are drawn for all, by host, or by worker", () => {
  const workers = named([worker("a"), worker("b", { number: 1 }), worker("c", { host: "beta" })]);
  const histories = { a: [sample(1)], b: [sample(1)], c: [sample(1)] };
  const drawn = (split) => series(workers, histories, split).map(({ name, samples }) => [name, samples[0].connections]);
  assert.deepEqual(drawn("all"), [["", 3]]);
  assert.deepEqual(drawn("host"), [["alpha", 2], ["beta", 1]]);
  assert.deepEqual(drawn("worker"), [["alpha · 0", 1], ["alpha · 1", 1], ["beta", 1]]);
});

test("a newest sample is kept once, that of a silent worker not at all, and who is gone is forgotten", () => {
  const before = { a: [sample(1)], gone: [sample(1)] };
  const newest = worker("a", { sample: sample(2) });
  const once = grown(before, {}, [newest]);
  assert.deepEqual(once, { a: [sample(1), sample(2)] });
  assert.deepEqual(grown(once, {}, [newest]), once);
  assert.deepEqual(grown(once, {}, [{ ...newest, sample: sample(3), silent_s: 4 }]), once);
  assert.deepEqual(grown(once, { b: [sample(9)] }, [worker("b")]), { b: [sample(9)] });
});
