// Named timers, at most one of each, and the dice that spread them.
// No clock of its own: the world has it. Nothing here knows what a timer is for.
// Owned by connection.js.

/** @import {TimerName, World} from "./types.js" */

/** @param {World} world @param {(name: TimerName) => void} fired */
export function createTimers(world, fired) {
  /** @type {Map<TimerName, unknown>} */
  const armed = new Map();

  /** @param {TimerName} name */
  function stop(name) {
    world.clearTimer(armed.get(name));
    armed.delete(name);
  }

  return {
    stop,
    has: (/** @type {TimerName} */ name) => armed.has(name),

    /** Arm a timer and answer with the delay the dice made: base × (1 ± up to jitter).
     * @param {TimerName} name @param {number} baseMs @param {number} [jitter] */
    start(name, baseMs, jitter = 0) {
      stop(name);
      const ms = Math.round(baseMs * (1 + jitter * (2 * world.random() - 1)));
      const handle = world.setTimer(() => {
        armed.delete(name);
        fired(name);
      }, ms);
      armed.set(name, handle);
      return ms;
    },

    /** @param {TimerName} [keep] */
    stopAll(keep) {
      for (const name of [...armed.keys()]) if (name !== keep) stop(name);
    },
  };
}
