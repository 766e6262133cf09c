// Which rows stand open at which place of the history: whoever comes back finds them as they were left.
// Pure memory, no page. A list without a place (in another app) remembers nothing.
// Called by row.jsx.

const KEPT_PLACES = 50;

/** @type {Map<string, Set<string>>} */
const places = new Map();

/** @param {string} place @param {string} id */
export const wasOpen = (place, id) => places.get(place)?.has(id) ?? false;

/** @param {string} place @param {string} id @param {boolean} isOpen */
export function noteOpen(place, id, isOpen) {
  if (place === "" || isOpen === wasOpen(place, id)) return;
  const ids = places.get(place) ?? new Set();
  if (isOpen) ids.add(id);
  else ids.delete(id);
  places.delete(place); // so that the one used last is kept longest
  places.set(place, ids);
  for (const old of [...places.keys()].slice(0, -KEPT_PLACES)) places.delete(old);
}
