// The words of the pages in the reader's language. The English sentence is the key, `{name}` a value.
// No page and no component comes in here. Called by `tidings/ui/words.py` and the files of this folder.

/**
 * Return `text` in the reader's language.
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export const inWords = (text, values = {}) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
