// When a connection's listeners are told: at once, and then no more often than a person can see.
// Knows nothing of what changed; time comes from the world.
// Owned by connection.js.

import { createEars } from "./ears.js";

/** @import {MachineState, World} from "./types.js" */

const REDRAW_MS = 50; // twenty pictures a second are enough, however fast frames come

/** @param {World} world */
export function createAudience(world) {
  const ears = createEars();
  let isResting = false;
  let isDue = false;

  function rest() {
    isResting = true;
    isDue = false;
    world.setTimer(() => {
      isResting = false;
      if (isDue) changed();
    }, REDRAW_MS);
  }

  /** Tell subscribers: at once, and then no more often than a person can see. What a person does themselves never
   * waits: the next key must already find what the last one did. */
  function changed(isOwn = false) {
    isDue = true;
    if (!ears.isAnybodyThere || (isResting && !isOwn)) return;
    if (!isResting) rest();
    ears.redraw();
  }

  return {
    changed,
    subscribe: ears.subscribe,
    listen: ears.listen,
    announce: ears.notification,
    moved: ears.moved,
    passOn: ears.message,

    /** @param {MachineState} before @param {MachineState} after */
    connectionChanged(before, after) {
      if (before.phase === after.phase && before.reason === after.reason) return;
      ears.connectionChange(after.phase, after.reason, after.phase === "connected");
    },
  };
}
