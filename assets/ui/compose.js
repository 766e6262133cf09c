// What somebody is about to send: the draft, whom it would reach, what was refused, and the receipts of what was sent.
// It outlives the page it is written on, and is sent once however often the button is pressed. No words, no layout.
// Read through compose.jsx.

/** @typedef {import("./picker.jsx").Choice} Choice
 * @typedef {import("./door.jsx").Answer} Answer
 * @typedef {{everyone: boolean, to: Choice[], title: string, body: string, format: string, level: string,
 *   priority: string, category: string, url: string, dedupe_key: string}} Draft
 * @typedef {{id: string, title: string, accepted: number, delivered: number, read: number}} Sent
 * @typedef {"ready" | "sending" | "trying" | "sent"} Phase
 * @typedef {{draft: Draft, problems: Record<string, string>, phase: Phase, people: number | null, sent: Sent | null}} State
 * @typedef {{knock: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>,
 *   problemsIn: (answer: Answer) => Record<string, string>, uuid: () => string,
 *   setTimer: (work: () => void, ms: number) => any, clearTimer: (timer: any) => void, isSeen: () => boolean,
 *   sent: () => void}} World */

const DOOR = "/api/v1/notifications";
const SETTLED_MS = 200;
const LOOK_MS = [1_000, 1_000, 2_000, 3_000, 5_000, 10_000]; // receipts come quickly at first, then now and then
const LOOKS = 200;

/** @type {Draft} */
export const BLANK = Object.freeze({
  everyone: false,
  to: [],
  title: "",
  body: "",
  format: "text",
  level: "info",
  priority: "3",
  category: "",
  url: "",
  dedupe_key: "",
});

/** @param {Choice} choice */
const asSaid = ({ kind, name }) =>
  kind === "people" ? name : kind === "groups" ? { group: name } : { topic: name };

/** The `to` of the contract, null while nobody is named. @param {Draft} draft */
export const audience = ({ everyone, to }) => (everyone ? "everyone" : to.length ? to.map(asSaid) : null);

/** What is sent: what was left empty is left out. @param {Draft} draft @param {unknown} to */
export function asPublished(draft, to) {
  const { title, body, format, level, category, url, dedupe_key } = draft;
  const filled = Object.entries({ title, body, format, level, category, url, dedupe_key }).filter(
    ([, value]) => value.trim() !== "",
  );
  return { to, ...Object.fromEntries(filled), priority: Number(draft.priority) };
}

const isFine = (/** @type {Answer} */ { status }) => status >= 200 && status < 300;

/** Nobody knows whether it was done: the same again, under the same key, is safe. @param {Answer} answer */
const isUnsure = ({ status }) => status === 0 || status >= 500;

/** @param {World} world */
export function createCompose(world) {
  /** @type {State} */
  let state = { draft: BLANK, problems: {}, phase: "ready", people: null, sent: null };
  let key = world.uuid();
  let asked = 0;
  /** @type {any} */
  let settling;
  /** @type {any} */
  let looking;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  /** @param {Partial<State>} changes */
  function show(changes) {
    state = { ...state, ...changes };
    listeners.forEach((listener) => listener());
  }

  async function count() {
    const to = audience(state.draft);
    const question = ++asked;
    if (to === null) return show({ people: null });
    const answer = await world.knock("POST", `${DOOR}/audience`, { to });
    if (question !== asked) return;
    if (isFine(answer)) return show({ people: answer.body.people });
    show({ people: null, problems: { ...state.problems, ...world.problemsIn(answer) } });
  }

  /** Change a field. Another text is another message, so it has another key. @param {Partial<Draft>} changes */
  function set(changes) {
    if (state.phase === "sending") return;
    key = world.uuid();
    const problems = Object.fromEntries(
      Object.entries(state.problems).filter(([field]) => field !== "" && !(field in changes)),
    );
    const isOther = "to" in changes || "everyone" in changes;
    if (isOther) delete problems.to;
    show({ draft: { ...state.draft, ...changes }, problems, phase: state.phase === "trying" ? "trying" : "ready" });
    if (!isOther) return;
    show({ people: null });
    world.clearTimer(settling);
    settling = world.setTimer(() => void count(), SETTLED_MS);
  }

  async function send() {
    const { draft, phase } = state;
    const to = audience(draft);
    if (phase === "sending" || phase === "trying" || to === null) return;
    show({ phase: "sending", problems: {} });
    const answer = await world.knock("POST", DOOR, asPublished(draft, to), { "Idempotency-Key": key });
    if (!isFine(answer)) {
      if (!isUnsure(answer)) key = world.uuid();
      return show({ phase: "ready", problems: world.problemsIn(answer) });
    }
    key = world.uuid();
    const { id, accepted } = answer.body;
    const kept = { everyone: draft.everyone, to: draft.to, level: draft.level, priority: draft.priority };
    const sent = { id, title: draft.title, accepted, delivered: 0, read: 0 };
    show({ phase: "sent", draft: { ...BLANK, ...kept }, sent });
    world.sent();
    look(0);
  }

  /** Send it to oneself, as it is, to see it where it will be seen. @param {string} name @returns {Promise<boolean>} */
  async function tryOut(name) {
    if (state.phase === "sending" || state.phase === "trying") return false;
    const before = state.phase;
    show({ phase: "trying", problems: {} });
    const answer = await world.knock("POST", DOOR, asPublished({ ...state.draft, dedupe_key: "" }, [name]));
    show({ phase: before, problems: isFine(answer) ? {} : world.problemsIn(answer) });
    if (isFine(answer)) world.sent();
    return isFine(answer);
  }

  /** Look what has become of it, for as long as that may change and somebody is there. @param {number} times */
  function look(times) {
    world.clearTimer(looking);
    if (times >= LOOKS || listeners.size === 0 || state.sent === null) return;
    const { id, accepted, read } = state.sent;
    if (accepted === read) return;
    looking = world.setTimer(async () => {
      if (!world.isSeen()) return look(times);
      const answer = await world.knock("GET", `${DOOR}/${id}`);
      if (isFine(answer) && state.sent?.id === id && answer.body.receipts)
        show({ sent: { ...state.sent, ...answer.body.receipts } });
      look(times + 1);
    }, LOOK_MS[Math.min(times, LOOK_MS.length - 1)] ?? 0);
  }

  return {
    set,
    send: () => void send(),
    tryOut,
    getSnapshot: () => state,
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      look(0);
      return () => void listeners.delete(listener);
    },
  };
}
