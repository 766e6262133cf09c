// A tab's hold on the worker: finds the one in office, joins it, notices when it is gone or hangs, finds the next.
// What the words mean is not known here, besides those of joining; locks, clock and workers come in as `tab`.
// Owned by port.js.

import { successor, workerName } from "./succession.js";

/** @import {Tab, TabReport, TabWord, Wire, WorkerWord} from "./types.js" */

const START_MS = 8_000; // a new worker loads its code first, perhaps over a slow line
const ANSWER_MS = 3_000; // one that runs answers in milliseconds; a busy machine may take a while
const LATE_MS = 1_000; // our own timer this much late says that we slept, not that the worker does
const FIRM_MS = 5_000; // a worker that is lost earlier than this after joining never really worked
const TRIES = 4;

/** @typedef {object} Needs
 * @property {Tab} tab
 * @property {() => Omit<Extract<TabWord, {type: "join"}>, "type" | "tab" | "lock">} introduce
 * @property {() => TabReport} report
 * @property {(word: WorkerWord) => void} hear
 * @property {() => void} gaveUp no worker can be had in this browser */

/** @param {Needs} needs */
export function createLink({ tab, introduce, report, hear, gaveUp }) {
  /** @type {Wire | null} */
  let wire = null;
  let turn = 0; // what an earlier wire still says is a ghost's
  let number = -1;
  let lost = -1;
  let failures = 0;
  let joinedAt = -Infinity;
  let isJoined = false;
  /** @type {unknown} */
  let deadline = null;
  let watching = new AbortController();

  async function join() {
    const mine = (turn += 1);
    await tab.isHeld; // the worker must be able to see us die
    const next = successor(await tab.locks.held(), tab.build, lost);
    if (mine !== turn) return;
    number = next.number;
    wire = opened();
    if (wire === null) return giveUp();
    wire.hear((word) => void (mine === turn && take(/** @type {WorkerWord} */ (word))));
    wire.broke(() => void (mine === turn && giveUp()));
    wire.post({ type: "join", tab: tab.name, lock: tab.lock, ...introduce() });
    return expect(next.isRunning ? ANSWER_MS : START_MS);
  }

  /** A browser that forbids storage throws instead of failing later. */
  function opened() {
    try {
      return tab.openWorker(workerName(number, tab.build));
    } catch {
      return null;
    }
  }

  /** Count on hearing something within this time. @param {number} ms */
  function expect(ms) {
    relax();
    const dueAt = tab.now() + ms;
    deadline = tab.setTimer(() => {
      deadline = null;
      if (tab.now() - dueAt > LATE_MS) expect(ANSWER_MS);
      else lose();
    }, ms);
  }

  function relax() {
    tab.clearTimer(deadline);
    deadline = null;
  }

  /** @param {WorkerWord} word */
  function take(word) {
    if (word.type === "resigned") return lose();
    relax(); // whatever it says, it lives
    if (word.type === "welcome") welcomed(word.lock);
    if (word.type !== "here") hear(word);
  }

  /** @param {string} lock */
  function welcomed(lock) {
    [isJoined, joinedAt] = [true, tab.now()];
    const mine = turn;
    watching = new AbortController();
    tab.locks.freed(lock, watching.signal).then(
      () => void (mine === turn && lose()),
      () => {}, // we let go of it ourselves
    );
  }

  function drop() {
    turn += 1;
    relax();
    watching.abort();
    wire?.close();
    [wire, isJoined] = [null, false];
  }

  function lose() {
    failures = isJoined && tab.now() - joinedAt > FIRM_MS ? 1 : failures + 1;
    lost = number;
    drop();
    if (failures > TRIES) gaveUp();
    else void join();
  }

  function giveUp() {
    drop();
    gaveUp();
  }

  /** @param {TabWord} word */
  const post = (word) => void (isJoined && wire?.post(word));

  return {
    get isJoined() {
      return isJoined;
    },
    post,
    join: () => void join(),

    /** Say how this tab is. @param {boolean} isNudge */
    tell: (isNudge) =>
      post({ type: "am", tab: tab.name, report: { ...report(), isNudge }, isAsking: false }),

    /** Say it, and count on an answer. */
    look() {
      if (!isJoined || deadline !== null) return;
      post({ type: "am", tab: tab.name, report: report(), isAsking: true });
      expect(ANSWER_MS);
    },

    leave() {
      post({ type: "leave", tab: tab.name });
      drop();
    },
  };
}
