// How good the line is: round trips, their jitter, the last frame, drops and what was replayed.
// Pure folds over one frozen value; time comes in as a number.
// Kept by gauge.js, shown to pages as `websocket.quality`.

/** @import {DropsOfDay, Quality} from "./types.js" */

const SAMPLES = 60; // half an hour at one a heartbeat, enough for a small chart

/** @type {Quality} */
export const UNMEASURED = Object.freeze({
  roundTripMs: null,
  jitterMs: null,
  samples: [],
  lastFrameAt: null,
  drops: 0,
  dropsToday: 0,
  day: "",
  replayed: 0,
  connectedSince: null,
  lastReturn: null,
});

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Mean difference of neighbours. @param {readonly number[]} values */
function jitter(values) {
  if (values.length < 2) return 0;
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}

/** @param {number} value */
const tenth = (value) => Math.round(value * 10) / 10;

/** @param {Quality} quality @param {number} roundTripMs @returns {Quality} */
export function measured(quality, roundTripMs) {
  const samples = [...quality.samples, tenth(roundTripMs)].slice(-SAMPLES);
  return { ...quality, samples, roundTripMs: tenth(median(samples) ?? 0), jitterMs: tenth(jitter(samples)) };
}

/** @param {Quality} quality @param {number} at @returns {Quality} */
export const heardAt = (quality, at) => ({ ...quality, lastFrameAt: at });

/** Begin a connection. `continued`: what was missed follows; `anew`: the list held before is being replaced.
 * @param {Quality} quality
 * @param {number} at
 * @param {{continued: boolean, anew: boolean}} how
 * @returns {Quality} */
export const connectedAt = (quality, at, { continued, anew }) => ({
  ...quality,
  connectedSince: at,
  lastReturn: continued ? { at, replayed: 0 } : anew ? { at, replayed: null } : quality.lastReturn,
});

/** @param {number} at */
const dayOf = (at) => new Date(at).toDateString();

/** @param {Quality} quality @param {number} at @returns {DropsOfDay} */
export const today = (quality, at) => ({
  day: dayOf(at),
  drops: quality.day === dayOf(at) ? quality.dropsToday : 0,
});

/** End a connection. @param {Quality} quality @param {boolean} isDrop false when we hung up ourselves
 * @param {number} at @returns {Quality} */
export const disconnected = (quality, isDrop, at) => ({
  ...quality,
  connectedSince: null,
  drops: quality.drops + (isDrop ? 1 : 0),
  dropsToday: today(quality, at).drops + (isDrop ? 1 : 0),
  day: dayOf(at),
});

/** Go on counting where an earlier page of the same day stopped.
 * @param {Quality} quality @param {DropsOfDay | undefined} drops @param {number} at @returns {Quality} */
export const recalled = (quality, drops, at) =>
  drops?.day === dayOf(at) && drops.drops > today(quality, at).drops
    ? { ...quality, dropsToday: drops.drops, day: drops.day }
    : quality;

/** @param {Quality} quality @param {number} count @returns {Quality} */
export const replayed = (quality, count) => ({
  ...quality,
  replayed: quality.replayed + count,
  lastReturn: quality.lastReturn && {
    ...quality.lastReturn,
    replayed: (quality.lastReturn.replayed ?? 0) + count,
  },
});
