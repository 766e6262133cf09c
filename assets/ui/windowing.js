// Which part of a long list is drawn: the entries near what is seen, and gaps as high as what is left out.
// Pure: heights come in, a plan goes out. A gap is a guess where nothing was ever drawn; long_list.jsx keeps the
// reading position when the guess was wrong. Called by long_list.jsx.

/** @template T @typedef {{key: string, name: string, items: T[]}} Day */
/** @typedef {{key: string, day: number, item: number}} Entry `item` is -1 for the name of the day */

/** Write a list down as one column: each day's name, then its items.
 * @template {{id: string}} T @param {Day<T>[]} days @returns {Entry[]} */
export function column(days) {
  /** @type {Entry[]} */
  const entries = [];
  days.forEach(({ key, items }, day) => {
    entries.push({ key: `day ${key}`, day, item: -1 });
    items.forEach(({ id }, item) => entries.push({ key: id, day, item }));
  });
  return entries;
}

/** Where each entry begins, and at the end where the last one ends.
 * @param {readonly Entry[]} entries @param {(entry: Entry) => number} heightOf */
export function tops(entries, heightOf) {
  const found = new Float64Array(entries.length + 1);
  entries.forEach((entry, index) => (found[index + 1] = /** @type {number} */ (found[index]) + heightOf(entry)));
  return found;
}

/** The first entry that ends below a line. @param {Float64Array} starts @param {number} line */
function firstBelow(starts, line) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (starts[middle + 1]) > line) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Which entries lie between two lines: from the first to before the last.
 * @param {Float64Array} starts @param {number} top @param {number} bottom @returns {[number, number]} */
export function between(starts, top, bottom) {
  const count = starts.length - 1;
  return [Math.min(firstBelow(starts, top), Math.max(count - 1, 0)), Math.min(firstBelow(starts, bottom) + 1, count)];
}

/** @typedef {{gap: string, height: number}} Gap
 * @typedef {{day: number, hasName: boolean, parts: (Gap | {item: number})[]}} Section
 * @typedef {Gap | Section} Part */

/**
 * Plan what is drawn. Rows stay children of their day, so that one which stays is never made anew.
 * @param {readonly Entry[]} entries
 * @param {Float64Array} starts
 * @param {(index: number) => boolean} isDrawn
 * @returns {Part[]}
 */
export function plan(entries, starts, isDrawn) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {Section | null} */
  let section = null;
  let from = 0; // where what is left out began

  /** @param {number} to @param {Section | null} into */
  function close(to, into) {
    const height = /** @type {number} */ (starts[to]) - /** @type {number} */ (starts[from]);
    if (height > 0) (into?.parts ?? parts).push({ gap: `gap ${entries[from]?.key}`, height });
  }
  entries.forEach(({ day, item }, index) => {
    if (!isDrawn(index)) return;
    if (section?.day !== day) {
      // What is left out belongs to the day before as far as that goes; but a gap is a gap, wherever it stands.
      close(index, null);
      section = { day, hasName: item === -1, parts: [] };
      parts.push(section);
    } else close(index, section);
    if (item >= 0) section.parts.push({ item });
    from = index + 1;
  });
  close(entries.length, null);
  return parts;
}
