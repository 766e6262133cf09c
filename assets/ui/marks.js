// Where the words of a search stand in a text, so that they can be marked.
// Pure: beginnings of words, without accents and letter case, as the server finds them (tidings/notifications/search.py).
// Called by marked.jsx.

const BETWEEN = /[\x00-/:-@[-`{-\x7f]+/g;
const WORD = /[\p{L}\p{N}]/u;
const ACCENTS = /[\u0300-\u036f]/g;

/** @param {string} text */
const plain = (text) => text.normalize("NFD").replace(ACCENTS, "").toLowerCase();

/** A text letter by letter without accents, and where each letter comes from. @param {string} text */
function letters(text) {
  let folded = "";
  /** @type {number[]} */
  const from = [];
  let at = 0;
  for (const letter of text) {
    const bare = plain(letter);
    folded += bare;
    for (let index = 0; index < bare.length; index += 1) from.push(at);
    at += letter.length;
  }
  return { folded, from: [...from, at] };
}

/** @param {string} search @returns {string[]} */
function terms(search) {
  const words = search.split(/\s+/).filter(Boolean);
  return words.flatMap((word) => {
    const spoken = plain(word).replace(BETWEEN, " ").split(" ").filter(Boolean);
    return spoken.length > 0 ? spoken : [word];
  });
}

/** Cut a text into what matches and what does not, in turn: the odd ones are matches.
 * @param {string} text @param {string} search @returns {string[]} */
export function cut(text, search) {
  const { folded, from } = letters(text);
  const isMarked = new Array(text.length).fill(false);
  for (const term of terms(search))
    for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + 1)) {
      const isInside = at > 0 && WORD.test(term.charAt(0)) && WORD.test(folded.charAt(at - 1));
      if (!isInside) isMarked.fill(true, from[at], from[at + term.length]);
    }
  /** @type {string[]} */
  const pieces = [""];
  [...text].reduce((at, letter) => {
    if (isMarked[at] !== (pieces.length % 2 === 0)) pieces.push("");
    pieces[pieces.length - 1] += letter;
    return at + letter.length;
  }, 0);
  return pieces;
}

/** The line of a text that shows why it was found: the first one that matches, else the first one.
 * @param {string} text @param {string} search */
export function tellingLine(text, search) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => search.trim() !== "" && cut(line, search).length > 1) ?? lines[0] ?? "";
}
