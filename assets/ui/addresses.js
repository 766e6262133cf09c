// Names as parts of an address.
// Pure.
// Called by tidings/ui/topics.py.

/** @param {string} name */
export const encoded = (name) => encodeURIComponent(name);
