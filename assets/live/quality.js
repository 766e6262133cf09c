// How good the line is: round trips, their jitter, the last frame, drops and what was replayed.
// Pure folds over one frozen value; time comes in as a number.
// Kept by connection.js, shown to pages as `websocket.quality`.

/** @import {Quality} from "./types.js" */

const SAMPLES = 60; // half an hour at one a heartbeat, enough for a small chart

/** @type {Quality} */
export const UNMEASURED = Object.freeze({
  roundTripMs: null,
  jitterMs: null,
  samples: [],
  lastFrameAt: null,
  drops: 0,
  replayed: 0,
  connectedSince: null,
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

/** @param {Quality} quality @param {number} at @returns {Quality} */
export const connectedAt = (quality, at) => ({ ...quality, connectedSince: at });

/** @param {Quality} quality @param {boolean} isDrop false when we hung up ourselves @returns {Quality} */
export const disconnected = (quality, isDrop) => ({
  ...quality,
  connectedSince: null,
  drops: quality.drops + (isDrop ? 1 : 0),
});

/** @param {Quality} quality @param {number} count @returns {Quality} */
export const replayed = (quality, count) => ({ ...quality, replayed: quality.replayed + count });
