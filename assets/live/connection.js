// The rim: runs the machine's effects with an injected world and tells it what happened; one per browser.
// No React and no browser globals may come in: it must run in a page, in a SharedWorker and in a test alike.
// Made by worker.js, or by provider.jsx where nothing can be shared; read through subscribe and getSnapshot.

import { createActions } from "./actions.js";
import { createAdmission, patiently } from "./admission.js";
import { createAudience } from "./audience.js";
import { createDoors } from "./doors.js";
import { createGauge } from "./gauge.js";
import { createHearing } from "./hearing.js";
import { createKeeper } from "./keeper.js";
import { createLine } from "./line.js";
import { INITIAL, step, TIMERS } from "./machine.js";
import { narrate } from "./narration.js";
import { DEFAULT_POLICY } from "./policy.js";
import { createTimers } from "./timers.js";
import { createView } from "./view.js";

/** @import {Effect, MachineEvent, ServerMessage, TabMessage, World} from "./types.js" */

const FORGET_MS = 1_000; // leaving for sign-in waits for the disk to be clean, but not for ever
const DROPS = new Set(["closed", "fellSilent", "proofMissed"]);

/** @param {World} world @param {{replaces?: string | null}} [former] what this connection takes the place of */
export function createConnection(world, { replaces = null } = {}) {
  let state = INITIAL;
  let policy = DEFAULT_POLICY;
  let retryDelayMs = 0;
  /** @type {number | null} */
  let retryAt = null;
  /** @type {Promise<unknown>} */
  let forgetting = Promise.resolve();

  const { changed, announce, moved, passOn, connectionChanged, subscribe, listen } = createAudience(world);
  const doors = createDoors(world);
  const gauge = createGauge(world);
  const timers = createTimers(world, (name) => tell({ type: TIMERS[name] }));
  const line = createLine({ world, tell, hear: (...heard) => hear(...heard) });
  const keeper = createKeeper({ world, send, changed, announce, moved, today: () => gauge.today });
  const common = { keeper, gauge, tell, changed, state: () => state, adjust };
  const admission = createAdmission({ ...common, world, doors, send: line.send, replaces });
  /** @type {(message: ServerMessage, generation: number) => void} */
  const hear = createHearing({ ...common, admission, line, passOn });
  const show = createView(createActions({ world, doors, keeper, send, tell, heardTab }));
  world.tabs.listen(heardTab);

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
    connectionChanged(before, after);
    changed();
  }

  /** @param {MachineEvent} event */
  function hungUp(event) {
    gauge.disconnected(DROPS.has(event.type));
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
        return void admission.fetchToken(effect.generation);
      case "openSocket":
        return line.open(effect.generation);
      case "closeSocket":
        admission.dropToken();
        return line.close();
      case "sendAuth":
        return admission.introduce();
      case "renewAuth":
        return admission.renew();
      case "sendPing":
        return line.ping();
      case "askHealth":
        return void askHealth(effect.generation);
      case "tellTabs":
        return world.tabs.tell({ type: "signed_out", session: admission.session });
      case "forget":
        return forget();
      case "goToSignIn":
        return void patiently(world, forgetting, FORGET_MS).then(() => world.page.goToSignIn());
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
  async function askHealth(generation) {
    tell({ type: (await doors.isHealthy()) ? "healthAnswered" : "healthFailed", generation });
  }

  function forget() {
    admission.forget();
    gauge.forget();
    forgetting = keeper.forget();
  }

  /** @param {object} message */
  function send(message) {
    return state.phase === "connected" && line.send(message);
  }

  /** @param {(before: typeof policy) => typeof policy} change */
  function adjust(change) {
    policy = change(policy);
  }

  /** @param {TabMessage} message */
  function heardTab(message) {
    if (message.type === "signed_in") {
      const isStarted = state.phase !== "disconnected" || state.reason !== "";
      if (isStarted) tell({ type: "signedIn" });
      return;
    }
    // The end of an older session of this browser is not the end of the one it has now.
    const ours = admission.session ?? message.session;
    if (message.session === null || message.session === ours) tell({ type: "signedOut", told: true });
  }

  return {
    subscribe,
    listen,

    getSnapshot: () => {
      const { connection, build } = admission;
      return show({ state, kept: keeper, quality: gauge.quality, retryAt, connection, build });
    },

    /** Tell what happened to the page or the network, or that it is time to start or stop. */
    tell,
  };
}

/** @typedef {ReturnType<typeof createConnection>} Connection */
