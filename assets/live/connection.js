// The rim: runs the machine's effects with an injected world and tells it what happened; one per browser.
// No React and no browser globals may come in: it must run in a page, in a SharedWorker and in a test alike.
// Made by provider.jsx (later by a worker); pages read it through subscribe and getSnapshot.

import { createActions } from "./actions.js";
import { createAudience } from "./audience.js";
import { createDoors } from "./doors.js";
import { createKeeper } from "./keeper.js";
import { createLine } from "./line.js";
import { INITIAL, step, TIMERS } from "./machine.js";
import { narrate } from "./narration.js";
import { DEFAULT_POLICY, policyFrom } from "./policy.js";
import { PROTOCOL } from "./protocol.js";
import * as qualities from "./quality.js";
import { createTimers } from "./timers.js";
import { createView } from "./view.js";

/** @import {AuthOk, Effect, MachineEvent, ServerMessage, TabMessage, World} from "./types.js" */

const RECALL_MS = 500; // a slow disk may cost the cache, not the connection
const FORGET_MS = 1_000; // leaving for sign-in waits for the disk to be clean, but not for ever
const DROPS = new Set(["closed", "fellSilent", "proofMissed"]);

/** @param {World} world */
export function createConnection(world) {
  let state = INITIAL;
  let policy = DEFAULT_POLICY;
  let quality = qualities.UNMEASURED;
  let token = "";
  let retryDelayMs = 0;
  /** @type {number | null} */
  let retryAt = null;
  /** @type {AuthOk | null} */
  let welcomed = null;
  /** @type {Promise<unknown>} */
  let forgetting = Promise.resolve();

  const audience = createAudience(world);
  const doors = createDoors(world);
  const timers = createTimers(world, (name) => tell({ type: TIMERS[name] }));
  const line = createLine({ world, tell, hear });
  const keeper = createKeeper({ world, send, changed: audience.changed, announce: audience.announce });
  const show = createView(createActions({ world, doors, keeper, send, tell }));
  world.tabs.listen(hearTab);

  // What an effect causes waits in the queue until the effects before it are done.
  /** @type {MachineEvent[]} */
  const queue = [];
  let isBusy = false;

  /** @param {MachineEvent} event */
  function tell(event) {
    queue.push(event);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) advance(next);
    } finally {
      isBusy = false;
    }
  }

  /** @param {MachineEvent} event */
  function advance(event) {
    const before = state;
    const [after, effects] = step(before, event, policy);
    state = after;
    if (before.phase === "connected" && after.phase !== "connected") hungUp(event);
    for (const effect of effects) run(effect);
    if (!timers.has("retry")) retryAt = null;
    for (const words of narrate(before, event, after, policy, retryDelayMs)) world.page.log(words);
    if (after === before) return;
    audience.connectionChanged(before, after);
    audience.changed();
  }

  /** @param {MachineEvent} event */
  function hungUp(event) {
    quality = qualities.disconnected(quality, DROPS.has(event.type));
    keeper.lost();
    keeper.save();
  }

  /** @param {Effect} effect */
  function run(effect) {
    switch (effect.do) {
      case "startTimer":
        return startTimer(effect);
      case "stopTimer":
        return timers.stop(effect.name);
      case "stopTimers":
        return timers.stopAll(effect.keep);
      case "fetchToken":
        return void fetchToken(effect.generation);
      case "openSocket":
        return line.open(effect.generation);
      case "closeSocket":
        token = "";
        return line.close();
      case "sendAuth":
        return sendAuth(introduction());
      case "renewAuth":
        return sendAuth({});
      case "sendPing":
        return line.ping();
      case "askHealth":
        return void askHealth(effect.generation);
      case "tellTabs":
        return world.tabs.tell({ type: "signed_out", session: welcomed?.session ?? null });
      case "forget":
        return forget();
      case "goToSignIn":
        return void patiently(forgetting, FORGET_MS).then(() => world.page.goToSignIn());
      case "releasePage":
        return world.page.release();
      case "veil":
        return keeper.veil();
    }
  }

  /** @param {Effect & {do: "startTimer"}} effect */
  function startTimer({ name, ms, jitter, unlessArmed }) {
    if (unlessArmed && timers.has(name)) return;
    const delayMs = timers.start(name, ms, jitter);
    if (name === "retry") [retryDelayMs, retryAt] = [delayMs, world.wallNow() + delayMs];
  }

  /** @param {number} generation */
  async function fetchToken(generation) {
    const answer = await doors.token();
    if (generation !== state.generation) return;
    if (answer.kind === "denied") return tell({ type: "tokenDenied", generation });
    if (answer.kind === "failed")
      return tell({ type: "tokenFailed", generation, retryAfterMs: answer.retryAfterMs });
    policy = policyFrom(answer.policy, policy);
    if (state.phase === "connected" && isOther(answer.bearer)) return tell({ type: "signedIn" });
    if (answer.bearer.user !== null) await patiently(keeper.recall(answer.bearer.user), RECALL_MS);
    if (generation === state.generation) token = answer.token;
    tell({ type: "tokenArrived", generation, expiresInMs: answer.expiresInMs });
  }

  /** A live socket never changes hands: the token of another session begins a new connection.
   * @param {import("./doors.js").Bearer} bearer */
  function isOther({ user, session }) {
    return user !== keeper.user?.id || (session !== null && session !== welcomed?.session);
  }

  /** @param {Promise<unknown>} work @param {number} ms */
  function patiently(work, ms) {
    const enough = new Promise((resolve) => world.setTimer(() => resolve(undefined), ms));
    return Promise.race([work, enough]);
  }

  /** What only the first `auth` of a connection says. */
  function introduction() {
    const cursor = keeper.resumeFrom();
    return {
      ...(cursor && { cursor }),
      ...(welcomed && { replaces: welcomed.connection }),
      ...(world.inflate && { accept: ["deflate"] }),
    };
  }

  /** @param {object} more */
  function sendAuth(more) {
    line.send({ type: "auth", token, protocol: PROTOCOL, ...more });
    token = "";
  }

  /** @param {number} generation */
  async function askHealth(generation) {
    tell({ type: (await doors.isHealthy()) ? "healthAnswered" : "healthFailed", generation });
  }

  function forget() {
    [welcomed, quality] = [null, qualities.UNMEASURED];
    forgetting = keeper.forget();
  }

  /** @param {object} message */
  function send(message) {
    return state.phase === "connected" && line.send(message);
  }

  /** @param {ServerMessage} message @param {number} generation */
  function hear(message, generation) {
    if (generation !== state.generation) return;
    quality = qualities.heardAt(quality, world.wallNow());
    if (message.type === "closing") {
      return tell({ type: "closed", generation, code: message.code, retryAfterMs: message.retry_after_ms });
    }
    if (state.phase === "authenticating" && message.type === "auth_ok") welcome(message, generation);
    else if (state.phase === "connected") take(message);
    tell({ type: "heard", generation });
    tell({ type: keeper.isLagging ? "lagged" : "caughtUp", generation });
    audience.changed();
  }

  /** @param {AuthOk} message @param {number} generation */
  function welcome(message, generation) {
    welcomed = message;
    policy = policyFrom({ heartbeat_ms: message.heartbeat_s * 1_000 }, policy);
    quality = qualities.connectedAt(quality, world.wallNow());
    const continues = keeper.welcome(message);
    tell({ type: "welcomed", generation });
    line.ping();
    if (!continues) tell({ type: "holeStood", generation });
  }

  /** @param {ServerMessage} message */
  function take(message) {
    if (message.type === "ping") {
      send({ type: "pong", t: message.t });
      line.ping(); // once a heartbeat is often enough to know the line
    }
    const roundTripMs = message.type === "pong" ? line.ponged(message.t) : null;
    if (roundTripMs !== null) quality = qualities.measured(quality, roundTripMs);
    const missed = keeper.hear(message);
    if (missed > 0) quality = qualities.replayed(quality, missed);
  }

  /** @param {TabMessage} message */
  function hearTab(message) {
    if (message.type === "signed_in") {
      const isStarted = state.phase !== "disconnected" || state.reason !== "";
      if (isStarted) tell({ type: "signedIn" });
      return;
    }
    // The end of an older session of this browser is not the end of the one it has now.
    const ours = welcomed?.session ?? message.session;
    if (message.session === null || message.session === ours) tell({ type: "signedOut", told: true });
  }

  return {
    subscribe: audience.subscribe,
    listen: audience.listen,

    getSnapshot: () => show({ state, kept: keeper, quality, retryAt }),

    /** Tell what happened to the page or the network, or that it is time to start or stop. */
    tell,
  };
}

/** @typedef {ReturnType<typeof createConnection>} Connection */
