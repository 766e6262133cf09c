// Holds how good the line is: takes facts as they happen, answers with the newest frozen measurement.
// No arithmetic (quality.js has it) and no socket; the wall clock comes from the world.
// Owned by connection.js, fed by it and by hearing.js.

import * as qualities from "./quality.js";

/** @import {DropsOfDay, Quality, World} from "./types.js" */

/** @param {World} world */
export function createGauge(world) {
  /** @type {Quality} */
  let quality = qualities.UNMEASURED;

  return {
    get quality() {
      return quality;
    },
    /** What the disk keeps: drops are counted by the day, not by the page. */
    get today() {
      return qualities.today(quality, world.wallNow());
    },
    heard() {
      quality = qualities.heardAt(quality, world.wallNow());
    },
    /** @param {{continued: boolean, anew: boolean}} how */
    connected(how) {
      quality = qualities.connectedAt(quality, world.wallNow(), how);
    },
    /** @param {boolean} isDrop */
    disconnected(isDrop) {
      quality = qualities.disconnected(quality, isDrop, world.wallNow());
    },
    /** @param {number} roundTripMs */
    measured(roundTripMs) {
      quality = qualities.measured(quality, roundTripMs);
    },
    /** @param {number} count */
    replayed(count) {
      quality = qualities.replayed(quality, count);
    },
    /** @param {DropsOfDay | undefined} drops */
    recalled(drops) {
      quality = qualities.recalled(quality, drops, world.wallNow());
    },
    forget() {
      quality = qualities.UNMEASURED;
    },
  };
}
