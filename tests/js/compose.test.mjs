// Composing without a page: what is sent, under which key, and what becomes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asPublished, audience, BLANK, createCompose } from "../../assets/ui/compose.js";

/** A world whose server answers from a list and whose timers run when told to. @param {{status: number, body?: any}[]} answers */
function world(answers) {
  const asked = /** @type {{method: string, path: string, body: any, key?: string}[]} */ ([]);
  const timers = /** @type {Map<number, () => void>} */ (new Map());
  let last = 0;
  const compose = createCompose({
    knock: async (method, path, body, headers = {}) => {
      asked.push({ method, path, body, key: headers["Idempotency-Key"] });
      return { body: null, ...(answers.shift() ?? { status: 200 }) };
    },
    problemsIn: ({ status }) => ({ "": `status ${status}` }),
    uuid: () => `key ${(last += 1)}`,
    setTimer: (work) => (timers.set((last += 1), work), last),
    clearTimer: (timer) => timers.delete(timer),
    isSeen: () => true,
    sent: () => {},
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const pass = async () => {
    const due = [...timers.values()];
    timers.clear();
    due.forEach((work) => work());
    await settle();
  };
  return { compose, asked, settle, pass };
}

const TO_BOB = { to: [{ kind: /** @type {const} */ ("people"), name: "bob" }] };
const COUNTED = { status: 200, body: { people: 2 } };
const SENT = { status: 201, body: { id: "n1", accepted: 2 } };

test("an audience is said as the door wants it", () => {
  const to = /** @type {const} */ ([
    { kind: "people", name: "bob" },
    { kind: "groups", name: "ops" },
    { kind: "topics", name: "ci" },
  ]);
  assert.deepEqual(audience({ ...BLANK, to: [...to] }), ["bob", { group: "ops" }, { topic: "ci" }]);
  assert.equal(audience({ ...BLANK, everyone: true, to: [...to] }), "everyone");
  assert.equal(audience(BLANK), null);
});

test("what was left empty is left out", () => {
  const draft = { ...BLANK, title: "Hi", category: "  " };
  assert.deepEqual(asPublished(draft, ["bob"]), {
    to: ["bob"],
    title: "Hi",
    format: "text",
    level: "info",
    priority: 3,
  });
});

test("a second press while the first is on its way sends nothing", async () => {
  const { compose, asked, settle } = world([SENT, { status: 422 }]);
  compose.set({ ...TO_BOB, title: "Hi" });
  compose.send();
  compose.send();
  await settle();
  compose.send(); // the form is empty again, but whom it went to stays
  await settle();
  assert.deepEqual(
    asked.map(({ key, body }) => [typeof key, body.title]),
    [["string", "Hi"], ["string", undefined]],
  );
});

test("without an answer the same is sent again under the same key, and another text under another", async () => {
  const { compose, asked, settle } = world([{ status: 0 }, { status: 503 }, { status: 422 }, SENT]);
  compose.set({ ...TO_BOB, title: "Hi" });
  for (const title of [null, null, null, "Hello"]) {
    if (title) compose.set({ title });
    compose.send();
    await settle();
  }
  const [first, second, third, fourth] = asked.map(({ key }) => key);
  assert.equal(first, second);
  assert.equal(second, third);
  assert.notEqual(third, fourth);
});

test("an answer to an older question about the audience is not shown", async () => {
  const { compose, pass } = world([{ status: 200, body: { people: 1 } }, { status: 200, body: { people: 7 } }]);
  compose.set(TO_BOB);
  const first = pass();
  compose.set({ everyone: true });
  await Promise.all([first, pass()]);
  assert.equal(compose.getSnapshot().people, 7);
});

test("receipts are looked at until everybody has read it", async () => {
  const receipts = (/** @type {number} */ delivered, /** @type {number} */ read) => ({
    status: 200,
    body: { receipts: { accepted: 2, delivered, read } },
  });
  const { compose, asked, settle, pass } = world([COUNTED, SENT, receipts(1, 0), receipts(2, 2), receipts(9, 9)]);
  compose.subscribe(() => {});
  compose.set({ ...TO_BOB, title: "Hi" });
  await pass();
  compose.send();
  await settle();
  for (let turn = 0; turn < 6; turn += 1) await pass();
  assert.deepEqual(compose.getSnapshot().sent, { id: "n1", title: "Hi", accepted: 2, delivered: 2, read: 2 });
  assert.equal(asked.filter(({ path }) => path.endsWith("/n1")).length, 2);
});
