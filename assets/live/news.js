// What is said of what arrived: one toast a moment, one summary after an absence.
// Gathers for a moment, then decides; whether anything may be said of an item was decided before, in assets/ui/loud.js.
// Used by assets/ui/news.jsx in each tab; only the tab that was looked at last says anything.

/** @import {Item} from "./types.js" */

const GATHER_MS = 400; // what comes within one glance is one moment
const MOST_SINGLE = 2; // more at once is a summary: nobody reads three toasts that appear together
const URGENT = 5;

/** @typedef {{item: Item, replay: boolean}} Arrival
 * @typedef {{text: string, item: Item | null, stays: boolean, arrivals: readonly Arrival[]}} Saying */

/** @param {Arrival} arrival @returns {Saying} */
const single = (arrival) => {
  const { item } = arrival;
  return { text: item.title, item, stays: item.priority === URGENT, arrivals: [arrival] };
};

/** @param {string} text @param {readonly Arrival[]} arrivals @returns {Saying} */
const summary = (text, arrivals) => ({ text, item: null, stays: false, arrivals });

/** Put one moment into words: urgent ones each, the others singly or as a number.
 * @param {readonly Arrival[]} arrivals @returns {Saying[]} */
export function inWords(arrivals) {
  const latest = [...new Map(arrivals.map((arrival) => [arrival.item.id, arrival])).values()];
  const urgent = latest.filter(({ item }) => item.priority === URGENT);
  const missed = latest.filter(({ item, replay }) => replay && item.priority < URGENT);
  const live = latest.filter(({ item, replay }) => !replay && item.priority < URGENT);
  return [
    ...(missed.length > 1 ? [summary(`${missed.length} notifications while you were away`, missed)] : singles(missed)),
    ...(live.length > MOST_SINGLE ? [summary(`${live.length} new notifications`, live)] : singles(live)),
    ...singles(urgent),
  ];
}

/** @param {readonly Arrival[]} arrivals */
const singles = (arrivals) => arrivals.map(single);

/** Gather what arrives and say it a moment later, if this tab is still the one that speaks.
 * @param {{setTimer: (work: () => void, ms: number) => unknown, speaks: () => boolean,
 *   say: (saying: Saying) => void}} needs */
export function createNews({ setTimer, speaks, say }) {
  /** @type {Arrival[]} */
  let gathered = [];

  function tell() {
    const arrivals = gathered;
    gathered = [];
    if (speaks()) inWords(arrivals).forEach(say);
  }

  return (/** @type {Item} */ item, /** @type {boolean} */ replay) => {
    if (gathered.length === 0) setTimer(tell, GATHER_MS);
    gathered.push({ item, replay });
  };
}
