// The worker's side of sharing: one connection, and a wire to every tab that looks at it.
// No globals and no React: it is given wires, locks and a way to make the connection; who looks is in presence.js.
// Made by worker.js; the other end of each wire is port.js.

import { difference, isEmpty } from "./patches.js";
import { heard, left, lookedAtLast, NOBODY, timePassed } from "./presence.js";

/** @import {ConnectionView, Locks, MachineEvent, Page, Presence, Seen, TabWord, Wire, WorkerWord} from "./types.js" */
/** @import {Connection} from "./connection.js" */

const SWEEP_MS = 5_000;

/** @typedef {object} Needs
 * @property {string} lock the lock this worker holds for as long as it lives
 * @property {Locks} locks
 * @property {(server: {http: string, ws: string}, page: Page, replaces: string | null) => Connection} connect
 * @property {() => number} now
 * @property {(work: () => void, ms: number) => unknown} setTimer */

/** @typedef {{wire: Wire, last: Seen | null, oldError: string}} Guest what went wrong before it came is no news */

/** @param {Needs} needs */
export function createShared({ lock, locks, connect, now, setTimer }) {
  /** @type {Map<string, Guest>} */
  const guests = new Map();
  /** @type {Connection | null} */
  let connection = null;
  /** @type {Presence} */
  let presence = NOBODY;
  let isResigned = false;

  /** @param {WorkerWord} word */
  const tellAll = (word) => guests.forEach(({ wire }) => wire.post(word));

  /** What only one tab should do: the one that was looked at last. @param {WorkerWord} word */
  const tellOne = (word) => guests.get(lookedAtLast(presence) ?? "")?.wire.post(word);

  /** @type {Page} */
  const page = {
    goToSignIn: () => tellAll({ type: "do", what: "goToSignIn" }),
    goHome: () => {}, // the tab in which somebody signed in goes by itself
    release: () => tellAll({ type: "do", what: "release" }),
    log: (line) => tellOne({ type: "do", what: "log", line }),
  };

  /** @param {string} tab @param {Guest} guest @param {ConnectionView} view */
  function show(tab, guest, view) {
    if (view.error !== guest.oldError) guest.oldError = "";
    const error = guest.oldError === "" ? view.error : "";
    const seen = { ...view, error, tabs: guests.size, isLookedAt: lookedAtLast(presence) === tab };
    const patch = difference(guest.last, seen);
    guest.last = seen;
    if (!isEmpty(patch)) guest.wire.post({ type: "seen", patch });
  }

  function showAll() {
    const view = connection?.getSnapshot();
    if (view) guests.forEach((guest, tab) => show(tab, guest, view));
  }

  /** @param {[Presence, MachineEvent[]]} step */
  function become([next, events]) {
    presence = next;
    for (const event of events) connection?.tell(event);
    showAll();
  }

  /** @param {Extract<TabWord, {type: "join"}>} word */
  function begin({ server, replaces }) {
    const made = connect(server, page, replaces);
    made.subscribe(showAll);
    made.listen({
      notification: (item, replay) => tellAll({ type: "news", item, replay }),
      moved: (moved) => tellAll({ type: "moved", moved }),
      connectionChange: (...change) => tellAll({ type: "changed", change }),
      message: (message) => tellAll({ type: "said", message }),
    });
    return made;
  }

  /** @param {Wire} wire @param {Extract<TabWord, {type: "join"}>} word */
  function join(wire, word) {
    connection ??= begin(word);
    guests.set(word.tab, { wire, last: null, oldError: connection.getSnapshot().error });
    wire.post({ type: "welcome", lock });
    // A tab cannot say that it died; the lock it holds can.
    void locks.freed(word.lock).then(() => leave(word.tab, wire));
    become(heard(presence, word.tab, word.report, now()));
  }

  /** @param {string} tab @param {Wire} wire */
  function leave(tab, wire) {
    if (guests.get(tab)?.wire !== wire) return; // it came back on another wire
    guests.delete(tab);
    wire.close();
    become(left(presence, tab));
  }

  /** @param {Wire} wire @param {Extract<TabWord, {type: "call"}>} word */
  async function call(wire, { ref, verb, words }) {
    const action = /** @type {(...words: any[]) => unknown} */ (connection?.getSnapshot()[verb]);
    const value = await action(...words);
    showAll(); // the answer must not overtake what it is about
    wire.post({ type: "answer", ref, value: value ?? false });
  }

  /** @param {Wire} wire @param {TabWord} word */
  function take(wire, word) {
    if (isResigned) return wire.post({ type: "resigned" });
    if (word.type === "join") return join(wire, word);
    if (guests.get(word.tab)?.wire !== wire) return undefined;
    if (word.type === "leave") return leave(word.tab, wire);
    if (word.type === "call") return void call(wire, word);
    if (word.isAsking) wire.post({ type: "here" });
    return become(heard(presence, word.tab, word.report, now()));
  }

  function sweep() {
    if (isResigned) return;
    become(timePassed(presence, now()));
    setTimer(sweep, SWEEP_MS);
  }
  setTimer(sweep, SWEEP_MS);

  return {
    /** A tab has opened a wire. @param {Wire} wire */
    receive: (wire) => wire.hear((word) => take(wire, /** @type {TabWord} */ (word))),

    /** Another worker has taken over, because this one did not answer: let go of everything. */
    resign() {
      isResigned = true;
      connection?.tell({ type: "stopped" });
      tellAll({ type: "resigned" });
      guests.clear();
    },
  };
}
