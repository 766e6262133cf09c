// The tab's side of sharing: looks like a connection, and is a wire to the worker that has it.
// Where no worker can be had it makes a connection of its own, with the same code. No browser globals: see tab.js.
// Made by provider.jsx; the other end of the wire is shared.js.

import { createCalls } from "./calls.js";
import { createEars } from "./ears.js";
import { createLink } from "./link.js";
import { createLists } from "./lists.js";
import { patched } from "./patches.js";
import { createVerbs } from "./verbs.js";
import { NOTHING_LISTED } from "./listed.js";
import { NOT_YET } from "./view.js";

/** @import {Actions, Call, Looking, Moved, MachineEvent, Seen, Tab, TabReport, Verb, WebSocketView, WorkerWord} from "./types.js" */
/** @import {Connection} from "./connection.js" */

const LOOK_MS = 4_000; // how long a worker may hang before somebody who looks on notices

/** @typedef {object} Needs
 * @property {Tab} tab
 * @property {{http: string, ws: string}} server
 * @property {() => Connection} connectAlone
 * @property {boolean} canShare */

/** @param {Needs} needs */
export function createPort({ tab, server, connectAlone, canShare }) {
  const ears = createEars();
  const calls = createCalls(tab.uuid);
  const asking = createVerbs({
    uuid: tab.uuid,
    page: tab.page,
    ask,
    isConnected: () => view.isConnected,
    complain: (error) => become({ ...view, error }),
  });
  const lists = createLists({
    ask: asking.findPage,
    seen: () => view,
    changed: () => become(view),
    setTimer: tab.setTimer,
  });
  const verbs = { ...asking, ...looking(asking.mark) };
  /** @type {TabReport} */
  let report = { page: "shown", network: "online", isStarted: false, isNudge: false };
  /** @type {WebSocketView} */
  let view = Object.freeze({ ...NOT_YET, ...verbs });
  /** @type {Seen} */
  let told = NOT_YET;
  /** What was shown when the last worker was lost. @type {Seen | null} */
  let remembered = null;
  /** @type {Connection | null} */
  let alone = null;
  let isAway = false;
  /** Whom the server has made this page for, until a connection knows better. */
  let reader = tab.reader;

  const link = createLink({
    tab,
    introduce: () => ({ server, report, replaces: view.connection }),
    report: () => report,
    hear,
    gaveUp: goAlone,
  });

  /** What belongs to this tab alone: the list it looks at, and what its person opens there.
   * @param {Actions["mark"]} mark */
  function looking(mark) {
    return {
      lookAt: lists.lookAt,
      loadListed: lists.loadMore,
      /** @type {Actions["mark"]} */
      mark(ids, as, ...rest) {
        const opened = [ids].flat();
        if (as === "read" && opened.length === 1) lists.keep(opened);
        mark(opened, as, ...rest);
      },
    };
  }

  /** @param {Moved} what */
  function moved(what) {
    lists.moved(what);
    ears.moved(what);
  }

  /** @param {Seen & Actions & Looking} next */
  function become(next) {
    const before = view;
    view = Object.freeze({ ...NOTHING_LISTED, ...next }); // the lists look at what is seen
    lists.belongTo(next.user?.id ?? null);
    view = Object.freeze({ ...next, ...lists.show() });
    if (next.isConnected && !before.isConnected) lists.begin();
    ears.redraw();
  }

  /** A new worker begins with nothing; the list stays until it has one. @param {Seen} next */
  function bridged(next) {
    const isOther = next.user !== null && next.user.id !== remembered?.user?.id;
    if (!next.loading || next.reason === "signed_out" || isOther) remembered = null;
    if (remembered === null) return next;
    const { notifications, unread, hasMore, user } = remembered;
    return { ...next, notifications, unread, hasMore, user, loading: false };
  }

  /** A worker that was left alone still has the list of whoever was here before. @param {Seen} next */
  function meant(next) {
    if (next.isConnected || next.reason === "signed_out") reader = null;
    const isForAnother = reader !== null && next.user !== null && next.user.id !== reader;
    return isForAnother ? { ...NOT_YET, connectionState: next.connectionState, reason: next.reason } : next;
  }

  /** Show what this browser kept, until there is somebody who knows better. */
  async function recall() {
    const kept = await tab.recall();
    if (kept === null || !view.loading || view.reason !== "" || isAway || alone !== null) return;
    remembered = { ...told, ...kept, loading: false };
    become({ ...bridged(told), ...verbs });
  }

  /** @param {WorkerWord} word */
  function hear(word) {
    switch (word.type) {
      case "welcome":
        return welcomed();
      case "seen":
        told = patched(told, word.patch);
        become({ ...bridged(meant(told)), ...verbs });
        return flush();
      case "news":
        return ears.notification(word.item, word.replay);
      case "moved":
        return moved(word.moved);
      case "changed":
        return ears.connectionChange(...word.change);
      case "said":
        return ears.message(word.message);
      case "answer":
        return calls.answered(word.ref, word.value);
      case "do":
        return tab.page[word.what](word.line ?? "");
    }
  }

  function welcomed() {
    remembered = view.loading ? null : view;
    told = NOT_YET;
    calls.lost();
    flush();
  }

  /** @param {Verb} verb @param {unknown[]} words */
  function ask(verb, ...words) {
    const answer = calls.make(verb, words, view.user?.id ?? null);
    flush();
    link.look();
    return answer;
  }

  /** Pass on what was asked, as soon as there is somebody to ask. */
  function flush() {
    if (alone === null && !link.isJoined) return;
    const { loading, user } = alone?.getSnapshot() ?? told;
    for (const call of calls.due(loading || user === null ? null : user.id)) {
      if (alone) void act(alone, call);
      else link.post({ type: "call", tab: tab.name, ...call });
    }
  }

  /** @param {Connection} connection @param {Call} call */
  async function act(connection, { ref, verb, words }) {
    const action = /** @type {(...words: any[]) => unknown} */ (connection.getSnapshot()[verb]);
    calls.answered(ref, (await action(...words)) ?? false);
  }

  function goAlone() {
    const own = connectAlone();
    const mine = looking(own.getSnapshot().mark);
    alone = own;
    const look = () => {
      become({ ...own.getSnapshot(), ...mine });
      flush();
    };
    own.subscribe(look);
    own.listen({ ...ears, moved });
    if (report.isStarted) own.tell({ type: "started", page: report.page, network: report.network });
    calls.lost();
    look();
  }

  /** @param {MachineEvent} event @returns {TabReport} */
  function noted({ type, page, network }) {
    if (type === "started")
      return { ...report, isStarted: true, page: page ?? report.page, network: network ?? report.network };
    if (type === "stopped") return { ...report, isStarted: false };
    if (type === "pageHid" || type === "pageLeft") return { ...report, page: "hidden" };
    if (type === "pageShown" || type === "pageReturned") return { ...report, page: "shown" };
    if (type === "wentOffline") return { ...report, network: "offline" };
    return type === "cameOnline" ? { ...report, network: "online" } : report;
  }

  /** The page may be kept for the way back: nothing private in it, and nobody's business meanwhile. */
  function goAway() {
    isAway = true;
    link.leave();
    [told, remembered] = [NOT_YET, null];
    lists.forget();
    become({ ...NOT_YET, ...verbs });
  }

  function comeBack() {
    isAway = false;
    link.join();
  }

  function keepLooking() {
    if (alone) return;
    if (!isAway && report.page === "shown") link.look();
    tab.setTimer(keepLooking, LOOK_MS);
  }

  if (canShare) {
    link.join();
    void recall();
    tab.setTimer(keepLooking, LOOK_MS);
  } else goAlone();

  return {
    getSnapshot: () => view,
    subscribe: ears.subscribe,
    listen: ears.listen,

    /** @param {MachineEvent} event */
    tell(event) {
      report = noted(event);
      if (alone) return alone.tell(event);
      if (event.type === "pageLeft") return goAway();
      if (isAway) return event.type === "pageShown" || event.type === "pageReturned" ? comeBack() : undefined;
      link.tell(event.type === "nudged");
      if (report.page === "shown") link.look(); // whoever has just come to look wants to know
    },
  };
}

/** @typedef {ReturnType<typeof createPort>} Port */
