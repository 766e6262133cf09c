// A world without a browser: manual clock, loaded dice, sockets and doors held in the test's hand.
// No test in here and no thought; time moves only when a test says so.
// Imported by the tests of this folder.

import { inflateRawSync } from "node:zlib";
import { memoryStorage } from "../../assets/live/storage.js";

/** A clock whose timers run when the test lets time pass. */
export function manualClock() {
  let now = 0;
  let last = 0;
  const timers = new Map();
  const earliest = () => [...timers.entries()].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  return {
    now: () => now,
    setTimer(work, ms) {
      timers.set(++last, { at: now + ms, work });
      return last;
    },
    clearTimer: (handle) => void timers.delete(handle),
    /** Let time pass, with the promises that timers wake. */
    async pass(ms) {
      const until = now + ms;
      await settle();
      for (let next = earliest(); next && next[1].at <= until; next = earliest()) {
        timers.delete(next[0]);
        now = next[1].at;
        next[1].work();
        await settle();
      }
      now = until;
    },
  };
}

/** Dice that fall the same way in every run (mulberry32); answers a number in [0, 1). */
export function loadedDice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Let everything that waits on promises go on. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** One socket seen from the server's side. */
class FakeSocket {
  constructor(events) {
    this.events = events;
    this.sent = [];
    this.packed = 0;
    this.isOpen = true;
  }
  send(text) {
    if (!this.isOpen) return;
    this.packed += typeof text === "string" ? 0 : 1;
    this.sent.push(JSON.parse(typeof text === "string" ? text : inflateRawSync(text)));
  }
  close() {
    this.isOpen = false;
  }
  /** Speak to the browser, even after it has hung up: that is what ghosts do. */
  say(message) {
    this.events.frame(JSON.stringify(message));
  }
  end(code) {
    this.isOpen = false;
    this.events.closed(code);
  }
  last(type) {
    return this.sent.filter((message) => message.type === type).at(-1);
  }
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
export const tokenFor = (sub = "u1", sid = "s1") => `${encode({ alg: "none" })}.${encode({ sub, sid })}.x`;

/** A browser profile: what its tabs share. */
export function fakeProfile() {
  const tabs = [];
  return { storage: memoryStorage(), tabs, alive: new Set() };
}

export function fakeWorld({ clock = manualClock(), profile = fakeProfile(), user = "u1" } = {}) {
  const sockets = [];
  const lines = [];
  const calls = [];
  const left = [];
  let lastId = 0;
  const owner = `tab${profile.tabs.length + 1}`;
  profile.alive.add(owner);
  const tab = { listener: () => {} };
  profile.tabs.push(tab);

  const world = {
    clock,
    profile,
    sockets,
    lines,
    calls,
    left,
    owner,
    user,
    session: "s1",
    dice: 0.5,
    wallOffset: Date.parse("2026-11-23T12:00:00Z"),
    /** Answers of the doors, by "METHOD path"; a function or a value. */
    doors: {
      "POST /api/v1/session/token": () => ({
        status: 200,
        body: { token: tokenFor(world.user, world.session), expires_in: 300 },
      }),
      "GET /healthz": { status: 200, body: {} },
    },
    now: clock.now,
    wallNow: () => clock.now() + world.wallOffset,
    random: () => world.dice,
    uuid: () => `${owner}-${++lastId}`,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    async call(method, path, body) {
      calls.push({ method, path, body });
      const door = world.doors[`${method} ${path}`];
      const answer = typeof door === "function" ? door(body) : door;
      if (answer === undefined) throw new TypeError("network");
      return answer;
    },
    openSocket(events) {
      const socket = new FakeSocket(events);
      sockets.push(socket);
      return socket;
    },
    inflate: null,
    deflate: null,
    storage: profile.storage,
    tabs: {
      owner,
      alive: async () => new Set(profile.alive),
      alone: (work) => work(),
      tell: (message) =>
        profile.tabs.filter((other) => other !== tab).forEach((other) => other.listener(message)),
      listen: (listener) => {
        tab.listener = listener;
      },
    },
    page: {
      goToSignIn: () => left.push("/login"),
      goHome: () => left.push("/"),
      release: () => left.push("released"),
      log: (line) => lines.push(line),
    },
    /** The newest socket. */
    get socket() {
      return sockets.at(-1);
    },
    openSockets: () => sockets.filter(({ isOpen }) => isOpen).length,
  };
  return world;
}

export const cursorAt = (seq, revision = seq, epoch = "e1") => ({ epoch, seq, revision });

export const item = (seq, more = {}) => ({
  seq,
  id: `n${seq}`,
  title: `Number ${seq}`,
  body: "",
  format: "text",
  level: "info",
  priority: 3,
  category: null,
  url: null,
  source: null,
  data: {},
  created_at: "2026-11-23T12:00:00.000Z",
  updated_at: "2026-11-23T12:00:00.000Z",
  read_at: null,
  archived_at: null,
  pinned_at: null,
  snoozed_until: null,
  count: 1,
  ...more,
});

export const authOk = (more = {}) => ({
  type: "auth_ok",
  user: { id: "u1", name: "alice" },
  connection: "c1",
  session: "s1",
  heartbeat_s: 30,
  cursor: cursorAt(0),
  recovered: false,
  unread: 0,
  revision: 0,
  expires_at: "2026-11-23T12:05:00.000Z",
  ...more,
});

export const snapshot = (items, more = {}) => {
  const seq = Math.max(0, ...items.map((one) => one.seq));
  const unread = items.filter((one) => one.read_at === null).length;
  return { type: "snapshot", items, unread, revision: seq, cursor: cursorAt(seq), ...more };
};

export const notifications = (after, items, more = {}) => ({
  type: "notifications",
  items,
  after,
  cursor: cursorAt(items.at(-1)?.seq ?? after),
  replay: false,
  ...more,
});
