// A browser made by hand: locks that fall free when their holder dies, workers that can crash or hang, tabs.
// No test in here. Words between tab and worker are copied as a real port copies them.
// Imported by the tests about sharing.

import { createConnection } from "../../assets/live/connection.js";
import { createPort } from "../../assets/live/port.js";
import { createShared } from "../../assets/live/shared.js";
import { takeOffice, workerOwner } from "../../assets/live/succession.js";
import { fakeProfile, fakeWorld, manualClock, settle } from "./world.mjs";

/** The lock manager of one browser; `end` lets go of what a dead holder held. */
function fakeLocks() {
  const holders = new Map();
  const waiting = new Map();
  function free(name) {
    holders.delete(name);
    for (const go of waiting.get(name) ?? []) go();
    waiting.delete(name);
  }
  return {
    free,
    async hold(name) {
      const { promise: taken, resolve } = Promise.withResolvers();
      holders.set(name, resolve);
      return { release: () => free(name), taken };
    },
    freed(name, signal) {
      if (!holders.has(name)) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers();
      waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
      return promise;
    },
    async take(name) {
      const taken = holders.get(name);
      free(name);
      taken?.();
    },
    held: async () => [...holders.keys()],
  };
}

/** Two ends of a line; what is said is copied and arrives a turn later, unless an end hangs or is dead. */
function fakeWires(worker) {
  const end = (isDeaf) => {
    const wire = { listener: null, waiting: [], other: null, isOpen: true };
    wire.post = (word) => {
      const copy = structuredClone(word);
      if (!wire.isOpen || worker.isDead) return;
      queueMicrotask(() => (wire.other.listener && !isDeaf() ? wire.other.listener(copy) : wire.other.waiting.push(copy)));
    };
    wire.hear = (listener) => {
      wire.listener = listener;
      for (const word of wire.waiting.splice(0)) listener(word);
    };
    wire.broke = (listener) => {
      wire.failed = listener;
    };
    wire.close = () => {
      wire.isOpen = false;
    };
    return wire;
  };
  const tab = end(() => worker.isHung);
  const inside = end(() => false);
  [tab.other, inside.other] = [inside, tab];
  return [tab, inside];
}

/** One browser: `open` opens a tab, `workers` are those that ever lived, `sockets` all that were opened. */
export function fakeBrowser({ startsWorkers = true } = {}) {
  const clock = manualClock();
  const profile = fakeProfile();
  const locks = fakeLocks();
  const workers = new Map();
  const worlds = [];
  let lastId = 0;
  const uuid = () => `id${++lastId}`;
  const living = () => [...workers.values()].filter(({ isDead }) => !isDead);

  function world(page) {
    const made = fakeWorld({ clock, profile });
    if (page) made.page = page;
    worlds.push(made);
    return made;
  }

  function startWorker(name) {
    const owner = workerOwner(name, uuid());
    const worker = { name, lock: `tidings:tab:${owner}`, isDead: false, isHung: false, tabs: [], all: [] };
    const shared = createShared({
      lock: worker.lock,
      locks,
      connect: (_server, page, replaces) => {
        worker.world = world(page);
        worker.connection = createConnection(worker.world, { replaces });
        return worker.connection;
      },
      now: clock.now,
      setTimer: (work, ms) => clock.setTimer(() => worker.isDead || worker.isHung || work(), ms),
    });
    async function begin() {
      const { taken } = await locks.hold(worker.lock);
      void taken.then(() => (worker.isHung ? (worker.owes = shared.resign) : shared.resign()));
      if (!(await takeOffice(locks, name))) shared.resign();
    }
    const begun = begin();
    worker.receive = (wire) => void begun.then(() => shared.receive(wire));
    workers.set(name, worker);
    return worker;
  }

  /** Kill a worker, and with it its socket. */
  function kill(worker) {
    worker.isDead = true;
    for (const socket of worker.world?.sockets ?? []) socket.isOpen = false;
    locks.free(worker.lock);
  }

  /** Let a worker hang: it hears nothing until it goes on. */
  function hang(worker) {
    worker.isHung = true;
  }

  function goOn(worker) {
    worker.isHung = false;
    worker.owes?.();
  }

  function open({ page = "shown", network = "online", canShare = true, starts = true, recalls = null, reader = null } = {}) {
    const name = `tab ${uuid()}`;
    const did = [];
    const tab = {
      name,
      lock: `tidings:tab:${name}`,
      build: "/assets/root.js",
      locks,
      reader,
      recall: async () => recalls,
      uuid,
      now: clock.now,
      setTimer: clock.setTimer,
      clearTimer: clock.clearTimer,
      page: {
        goToSignIn: () => did.push("goToSignIn"),
        goHome: () => did.push("goHome"),
        release: () => did.push("release"),
        log: (line) => did.push(line),
      },
      openWorker(workerName) {
        const known = workers.get(workerName);
        const worker = known && !known.isDead ? known : startWorker(workerName);
        const [here, there] = fakeWires(worker);
        if (startsWorkers) worker.receive(there);
        else queueMicrotask(() => here.failed());
        return here;
      },
    };
    tab.isHeld = locks.hold(tab.lock);
    const port = createPort({
      tab,
      server: { http: "", ws: "" },
      canShare,
      connectAlone: () => createConnection(world(tab.page)),
    });
    if (starts) port.tell({ type: "started", page, network });
    return {
      port,
      did,
      lines: () => did.filter((line) => line.startsWith("[WebSocket]")),
      seen: () => port.getSnapshot(),
      die: () => locks.free(tab.lock),
    };
  }

  return {
    clock,
    profile,
    locks,
    worlds,
    living,
    kill,
    hang,
    goOn,
    open,
    worker: () => living().at(-1),
    sockets: () => worlds.flatMap(({ sockets }) => sockets),
    openSockets: () => worlds.flatMap(({ sockets }) => sockets).filter(({ isOpen }) => isOpen),
    settle: async () => {
      for (let turn = 0; turn < 6; turn += 1) await settle();
    },
  };
}
