// The life of a connection as one table: phase × event → move. Open it beside docs/connection.md.
// Pure: facts come in as past-tense events, wishes go out as effects; no clock, dice or browser may enter.
// Stepped by connection.js. Whatever a row does not name is answered by staying: the table is total.

import * as move from "./moves.js";
import * as progress from "./progress.js";
import * as wakes from "./wakes.js";

/** @import {EventType, MachineEvent, MachineState, Move, Phase, Policy, Step, TimerName} from "./types.js" */

/** @type {MachineState} */
export const INITIAL = Object.freeze({
  phase: "disconnected",
  reason: "",
  generation: 0,
  attempt: 0,
  refusals: 0,
  page: "shown",
  network: "online",
});

/** What a timer's end is called when it is told to the machine.
 * @type {Readonly<Record<TimerName, EventType>>} */
export const TIMERS = Object.freeze({
  grace: "graceEnded",
  retry: "retryCame",
  deadline: "deadlinePassed",
  stable: "stoodFirm",
  silence: "fellSilent",
  renew: "tokenAged",
  breaker: "breakerCame",
  probe: "proofMissed",
  hole: "holeStood",
});

/** @type {readonly EventType[]} */
export const EVENTS = Object.freeze([
  "started",
  "stopped",
  "closeAsked",
  "reconnectAsked",
  "signedOut",
  "signedIn",
  "pageHid",
  "pageShown",
  "pageLeft",
  "pageReturned",
  "wentOffline",
  "cameOnline",
  "nudged",
  "tokenArrived",
  "tokenDenied",
  "tokenFailed",
  "opened",
  "welcomed",
  "heard",
  "closed",
  "lagged",
  "caughtUp",
  "healthAnswered",
  "healthFailed",
  ...Object.values(TIMERS),
]);

/** @typedef {Partial<Record<EventType, Move>>} Row */

/** @type {Row} */
const EVERYWHERE = {
  stopped: move.stop,
  closeAsked: move.closeByPerson,
  signedOut: move.signOut,
  signedIn: move.signIn,
  pageHid: wakes.hide,
  pageLeft: wakes.leave,
  graceEnded: wakes.pause,
  wentOffline: wakes.loseNetwork,
};

/** One kind of wake signal each, the same answer for all of them in one phase.
 * @param {Move} answer
 * @returns {Row} */
const woken = (answer) => ({
  pageShown: answer,
  pageReturned: answer,
  cameOnline: answer,
  nudged: answer,
  reconnectAsked: answer,
});

/** @type {Row} */
const TRYING = {
  ...EVERYWHERE,
  ...woken(wakes.wakeTrying),
  closed: move.ended,
  deadlinePassed: move.retryLater,
};

/** @type {Record<Phase, Row>} */
const ROWS = {
  disconnected: {
    ...EVERYWHERE,
    ...woken(wakes.wake),
    started: move.start,
    reconnectAsked: move.insist,
    breakerCame: move.askHealth,
    healthAnswered: move.tryOnce,
    healthFailed: move.askLater,
  },
  connecting: {
    ...TRYING,
    tokenArrived: progress.openWithToken,
    tokenDenied: move.signOut,
    tokenFailed: move.retryLater,
    opened: progress.authenticate,
  },
  authenticating: {
    ...TRYING,
    welcomed: progress.settleIn,
  },
  connected: {
    ...EVERYWHERE,
    ...woken(wakes.wakeConnected),
    started: progress.recheck,
    heard: progress.hear,
    closed: move.ended,
    stoodFirm: progress.standFirm,
    fellSilent: move.retryLater,
    proofMissed: move.begin,
    tokenAged: progress.askToken,
    tokenArrived: progress.renew,
    tokenFailed: progress.renewAgain,
    tokenDenied: move.signOut,
    lagged: progress.suspectHole,
    caughtUp: progress.closeHole,
    holeStood: progress.askAgain,
  },
  reconnecting: {
    ...EVERYWHERE,
    ...woken(wakes.wakeWaiting),
    retryCame: move.begin,
  },
};

/** @param {Row} row @returns {Record<EventType, Move>} */
const total = (row) =>
  /** @type {Record<EventType, Move>} */ (
    Object.fromEntries(EVENTS.map((type) => [type, row[type] ?? move.stay]))
  );

/** @type {Readonly<Record<Phase, Record<EventType, Move>>>} */
export const TABLE = Object.freeze({
  disconnected: total(ROWS.disconnected),
  connecting: total(ROWS.connecting),
  authenticating: total(ROWS.authenticating),
  connected: total(ROWS.connected),
  reconnecting: total(ROWS.reconnecting),
});

/** Take one fact and answer with the next state and what is to be done.
 * @param {MachineState} state
 * @param {MachineEvent} event
 * @param {Policy} policy
 * @returns {Step} */
export function step(state, event, policy) {
  const isGhost = event.generation !== undefined && event.generation !== state.generation;
  return isGhost ? [state, []] : TABLE[state.phase][event.type](state, event, policy);
}
